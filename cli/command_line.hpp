#pragma once
// The command line as a whole: parses it, runs the command that was chosen and maps whatever goes wrong to an exit
// code and a text on standard error. Called once, by main.

namespace fanfare::cli {

int run_command_line(int argc, char** argv);

}  // namespace fanfare::cli

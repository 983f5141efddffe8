// The command `fanfare`.

#include "cli/command_line.hpp"

int main(int argc, char** argv) { return fanfare::cli::run_command_line(argc, argv); }

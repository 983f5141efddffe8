// Where the page begins.
import { render } from 'preact';
import { App } from './app';
import './style.css';
import { AppView } from './view/app_view';

const app = new App();
render(<AppView app={app} />, document.getElementById('page') ?? document.body);
void app.start();

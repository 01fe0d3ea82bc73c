// The page: opens recordings, follows a live run, and ties view, panels and keys together.

import "./style.css";
import { App } from "./app.ts";

const root = document.getElementById("app");
if (root !== null) void new App(root).start();

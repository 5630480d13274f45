// Lets the benchmark's bare page issue.
import { issue } from "./fishball.js";

globalThis.issue = issue;

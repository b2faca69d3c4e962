import { serveTasks } from "./thread-loop";
import { TASKS } from "./thread-tasks";

serveTasks(TASKS);

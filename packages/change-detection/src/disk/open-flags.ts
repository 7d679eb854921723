import { constants } from "node:fs";

/** To read a regular file: a link that takes its place is not followed, a pipe that does is not waited for. Windows knows neither flag. */
export const READ_FILE_ITSELF: number = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

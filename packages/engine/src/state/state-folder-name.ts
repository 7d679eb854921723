/** Name of the folder that holds all state, beside the configuration file. */
export const STATE_FOLDER_NAME = ".workflow";

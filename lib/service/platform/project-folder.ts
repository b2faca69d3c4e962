/** The project's folder: the scripts say it, where a command may stand elsewhere. */
export const projectFolder = (): string => process.env.TODISCOPE_ROOT ?? process.cwd();

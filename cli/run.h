/* cli/run.h - from the words of the command line to an exit code. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

/*
 * Parse, open what the command's row needs, run it, close, check stdout.
 * Returns the exit code: 0 ok; 1 failed; 2 usage or configuration; 3 partial;
 * 4 authentication or quota; 5 nothing new; 6 verification failed; 7 needs the
 * network but --offline; 130 interrupted.
 */
int cli_run(int argc, char **argv);

/* The exit code of an ERR_* (or 0). */
int cli_exit_code(int rc);

#endif

/* core/banned.h - functions that break the build: each has a safer form here. */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcat sprintf vsprintf strtok gmtime localtime atoi atol
#ifndef strcpy
#pragma GCC poison strcpy
#endif

#endif

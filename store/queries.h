/* store/queries.h - one id per statement of queries.def. */
#ifndef STORE_QUERIES_H
#define STORE_QUERIES_H

enum query {
#define Q(id, sql) Q_##id,
#include "store/queries.def"
#undef Q
	Q_COUNT
};

#endif

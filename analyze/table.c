#include "analyze/table.h"

#include "analyze/classify.h"
#include "core/mem.h"
#include "core/str.h"

void table_release(struct table *t)
{
	map64_release(&t->row);
	free(t->w);
	*t = (struct table){ .n = 0 };
}

const int16_t *table_get(const struct table *t, uint64_t hash)
{
	uint32_t i = map64_get(&t->row, hash);

	return i == MAP64_NONE ? NULL : t->w[i];
}

int table_confidence(const struct table *t, double p)
{
	int i = (int)(p * 20);

	return t->right[i < 0 ? 0 : i > 19 ? 19 : i];
}

static int type_index(const char *s, size_t len)
{
	int i;

	for (i = 0; classify_types[i]; i++)
		if (strlen(classify_types[i]) == len &&
		    !memcmp(classify_types[i], s, len))
			return i;
	return -1;
}

/* "!types\tfeature\tfix...": which column is which. */
static int read_types(const char *s, const char *end, int column[TABLE_TYPES])
{
	const char *tab;
	int n = 0;

	while (s < end && n < TABLE_TYPES) {
		tab = memchr(s, '\t', (size_t)(end - s));
		tab = tab ? tab : end;
		column[n] = type_index(s, (size_t)(tab - s));
		if (column[n++] < 0)
			return -1;
		s = tab + 1;
	}
	return n;
}

static void read_row(struct table *t, const char *s, const char *end,
		     const int column[TABLE_TYPES], int columns)
{
	const char *tab = memchr(s, '\t', (size_t)(end - s));
	int c;

	if (!tab)
		return;
	GROW(t->w, t->n, t->cap);
	memset(t->w[t->n], 0, sizeof(t->w[0]));
	map64_set(&t->row, hash64(HASH64_START, s, (size_t)(tab - s)),
		  (uint32_t)t->n);
	for (c = 0; c < columns && tab < end; c++) {
		s = tab + 1;
		if (s < end && *s != '\t')
			t->w[t->n][column[c]] = (int16_t)strtol(s, NULL, 10);
		tab = memchr(s, '\t', (size_t)(end - s));
		tab = tab ? tab : end;
	}
	t->n++;
}

/* sscanf takes the length of all that follows: for these few lines only. */
static void read_right(struct table *t, const char *text)
{
	int p, percent;

	if (sscanf(text, "!right\t%d\t%d", &p, &percent) == 2 && p >= 0 &&
	    p < 100)
		t->right[p / 5] = percent;
}

int table_read(struct table *t, const char *text, struct err *e)
{
	int column[TABLE_TYPES], columns = 0, line = 0, i;
	const char *end;

	*t = (struct table){ .n = 0 };
	for (; *text; text = *end ? end + 1 : end) {
		end = strchr(text, '\n');
		end = end ? end : text + strlen(text);
		line++;
		if (*text == '#' || text == end)
			continue;
		if (starts_with(text, "!types\t"))
			columns = read_types(text + 7, end, column);
		else if (starts_with(text, "!right\t"))
			read_right(t, text);
		else if (columns > 0)
			read_row(t, text, end, column, columns);
		if (columns < 0)
			return err_set(e, ERR_CONFIG,
				       "weights.tsv:%d: unknown type", line);
	}
	for (i = 1; i < 20; i++)
		if (t->right[i] < t->right[i - 1])
			t->right[i] = t->right[i - 1];
	return 0;
}

#include "analyze/signals/emit.h"

#include <ctype.h>
#include <string.h>

struct signal signal_at(const char *kind, const struct landing_file *f,
			int side, size_t at, const char *name)
{
	const char *text = side ? f->new : f->old;
	return (struct signal){
		.kind = kind, .name = name,
		.path = side ? f->change->path : file_old_path(f),
		.line = text ? line_of(text, at) : 0,
		.old_side = !side,
	};
}

const char *span_text(const struct landing_view *v, struct span s)
{
	char *out = arena_alloc(surface_arena(v), s.len + 1), *w = out;
	bool gap = false;
	for (uint32_t i = 0; i < s.len; i++) {
		if (isspace((unsigned char)s.s[i]) || !s.s[i]) {
			gap = true;
			continue;
		}
		bool tight = w > out && (w[-1] == '(' || w[-1] == '[' ||
					 s.s[i] == ')' || s.s[i] == ']');
		if (gap && w > out && !tight)
			*w++ = ' ';
		gap = false;
		*w++ = s.s[i];
	}
	*w = '\0';
	return out;
}

const char *detail_left(const struct landing_view *v, const char *word,
			int *left)
{
	int n = v->count_word ? v->count_word(v->arg, word, strlen(word)) : -1;
	if (left)
		*left = n;
	return n < 0 ? NULL : arena_printf(surface_arena(v), "{\"left\":%d}",
					   n);
}

/*
 * traits REPOSITORY <rows.tsv >with.tsv - add what the program reads from the
 * diff of each commit (analyze/traits.h) to rows of scripts/label-corpus: one
 * more column, `traits`, the bits as a number.
 */
#include "analyze/commit.h"
#include "analyze/measure.h"
#include "analyze/traits.h"
#include "core/mem.h"
#include "core/str.h"

#include <stdio.h>

#define COMMIT_MAX ((size_t)1 << 20)

static void on_file(void *arg, const struct measured_file *f)
{
	const char *o = f->old ? f->old->data : NULL;
	const char *n = f->new ? f->new->data : NULL;

	traits_add(arg, f->change->path, f->change->status,
		   o ? o + f->mid.old_from : NULL,
		   o ? f->mid.old_to - f->mid.old_from : 0,
		   n ? n + f->mid.new_from : NULL,
		   n ? f->mid.new_to - f->mid.new_from : 0, f->script);
}

static int tree_of(struct odb_reader *r, const git_oid *id, git_oid *tree,
		   git_oid *parent)
{
	struct obj *o;
	int parents;
	int64_t t;

	if (odb_read(r, id, COMMIT_MAX, &o, NULL))
		return -1;
	memset(parent, 0, sizeof(*parent));
	commit_scan(o->data, o->len, tree, parent, 1, &parents, &t);
	obj_put(o);
	return 0;
}

static uint32_t traits_of(struct odb_reader *r, const char *hex)
{
	struct traits t = { 0 };
	struct measurer m;
	struct arena a = { 0 };
	struct change_list l = { .arena = &a };
	git_oid id, tree, parent, old = { { 0 } }, none;
	uint32_t flags = 0;

	if (oid_parse(&id, hex) || tree_of(r, &id, &tree, &parent) ||
	    (!git_oid_is_zero(&parent) && tree_of(r, &parent, &old, &none)))
		return 0;
	measurer_init(&m, r, (size_t)16 << 20);
	m.on_file = on_file;
	m.arg = &t;
	measure(&m, &old, &tree, &l, &flags, NULL);
	change_list_release(&l);
	arena_release(&a);
	measurer_release(&m);
	return traits_bits(&t);
}

int main(int argc, char **argv)
{
	struct odb *odb;
	struct odb_reader *r;
	struct err e = { 0 };
	char *line = NULL, hex[64];
	size_t cap = 0;
	ssize_t n;
	bool head = true;

	git_libgit2_init();
	if (argc != 2 || odb_open(&odb, argv[1], &e) < 0) {
		fprintf(stderr, "%s\n", argc == 2 ? e.msg :
			"traits REPOSITORY <rows.tsv >with.tsv");
		return 1;
	}
	r = odb_reader_new(odb, (size_t)64 << 20);
	while ((n = getline(&line, &cap, stdin)) > 0) {
		const char *tab = strchr(line, '\t');

		line[n - (line[n - 1] == '\n')] = 0;
		if (head) {
			printf("%s\ttraits\n", line);
			head = false;
		} else if (tab && strlen(tab) > 41) {
			memcpy(hex, tab + 1, 40);
			hex[40] = 0;
			printf("%s\t%u\n", line, traits_of(r, hex));
		}
	}
	free(line);
	odb_reader_free(r);
	odb_free(odb);
	return 0;
}

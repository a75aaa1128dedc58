/*
 * analyze/tree_text.h - the product files of trees, kept while their words are
 * counted.
 *
 * The landings of a day ask for dozens of names in trees that are nearly the
 * same; each blob is inflated once for all of them.
 */
#ifndef ANALYZE_TREE_TEXT_H
#define ANALYZE_TREE_TEXT_H

#include "analyze/blobwords.h"
#include "core/odb.h"

/* Files over this are not searched. */
#define TREE_TEXT_FILE_MAX ((size_t)2 << 20)

struct tree_text_file {
	const char *path;
	git_oid id;
	struct wordset words;
};

struct tree_text {
	struct odb_reader *r;
	struct oid_map seen;		/* blob -> index into blobs */
	struct obj **blobs;		/* NULL: binary, unreadable, too large */
	size_t blobs_n, blobs_cap, bytes;
	struct blobwords *words;	/* borrowed; NULL: every blob is read */
	/* The product files of one tree, by path. */
	struct arena paths;
	git_oid tree;
	struct tree_text_file *files;
	size_t files_n, files_cap;
	bool listed, bad;
	bool ordered;			/* files is, as git's trees are */
};

/* The reader is borrowed and must outlive it, so must `words` (or NULL). */
void tree_text_init(struct tree_text *t, struct odb_reader *r,
		    struct blobwords *words);
void tree_text_release(struct tree_text *t);

/* Lines with the whole word in product files of a tree; -1: it cannot be
 * listed. */
int tree_text_count(struct tree_text *t, const git_oid *tree, const char *word,
		    size_t len);

/* What is known of a blob's words without reading it. */
struct wordset tree_text_words(const struct tree_text *t, const git_oid *id);

/*
 * A blob of at most TREE_TEXT_FILE_MAX, from what is kept or else read; drop it
 * with obj_put().  NULL: not there or larger.  Binary ones are read, too.
 */
struct obj *tree_text_blob(struct tree_text *t, const git_oid *id);

#endif

/*
 * render/md_items.h - lines that name changes of one kind, for the first screen
 * and for the end of a page.
 */
#ifndef RENDER_MD_ITEMS_H
#define RENDER_MD_ITEMS_H

#include "render/md.h"

/*
 * One bullet: a heading, and of the changes that fn accepts the best few, each
 * with its repository, what item says of it and its handle.  Nothing where there
 * is none.
 */
void md_kind_line(struct md *m, enum text head,
		  bool (*fn)(const struct md_change *c),
		  void (*item)(struct md *m, const struct md_change *c));

void md_item_title(struct md *m, const struct md_change *c);
void md_item_thread(struct md *m, const struct md_change *c);

/* Do followed repositories use what it removed?  Who does. */
bool md_still_used(const struct md_change *c);
void md_item_used(struct md *m, const struct md_change *c);

/* Does it weaken a test?  Which. */
bool md_weakens(const struct md_change *c);
void md_item_weakened(struct md *m, const struct md_change *c);

#endif

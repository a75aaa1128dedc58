/*
 * analyze/signals/reverts.c - what a message itself says about a revert or a
 * re-land.  Whether the target exists is for the caller to find out
 * (threads_link); a reference that resolves to nothing is never printed.
 */
#include "analyze/signals/readers.h"
#include "analyze/signals/threads.h"
#include "core/json.h"
#include "core/str.h"

static void reverts_read(const struct landing_view *v, struct signal_list *out)
{
	struct thread_ref refs[THREAD_REFS_MAX];
	struct arena a = { 0 };
	size_t n = thread_refs(refs, &a, v->subject, v->body ? v->body : "");

	for (size_t i = 0; i < n && i < 2; i++) {
		const struct thread_ref *r = &refs[i];
		struct str text = STR_INIT;
		struct json j;

		/* A guess says nothing until it resolves. */
		if (r->plain && !r->pr)
			continue;
		struct signal s = {
			.kind = r->kind == THREAD_REVERT ? "revert" : "reland",
		};

		s.name = r->title ? r->title : r->oid ? r->oid :
			 arena_printf(&a, "#%d", r->pr);
		json_init(&j, &text);
		json_open(&j, '{');
		json_key(&j, "title");
		json_str(&j, r->title);
		json_key(&j, "pr");
		json_int(&j, r->pr);
		json_key(&j, "oid");
		json_str(&j, r->oid);
		json_key(&j, "repo");
		json_str(&j, r->repo);
		json_close(&j, '}');
		s.detail = str_c(&text);
		signal_add(out, &s);
		str_release(&text);
	}
	arena_release(&a);
}

const struct signal_reader reverts_reader = { "reverts", NULL, reverts_read };

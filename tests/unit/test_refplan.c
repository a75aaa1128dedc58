/* tests/unit/test_refplan.c - what happens to refs, decided from two lists. */
#include "tests/unit/unit.h"

#include "mirror/refplan.h"

/* Ids are one byte repeated; 'a' < 'b' < ... is a straight history, upper case
 * letters are side lines that nothing contains. */
static git_oid id_of(char c)
{
	git_oid id;

	memset(&id, 0, sizeof(id));
	memset(id.id, c, OID_RAW);
	return id;
}

static bool straight(void *arg UNUSED, const git_oid *a, const git_oid *b)
{
	return a->id[0] >= 'a' && b->id[0] >= a->id[0];
}

static void counts(void *arg UNUSED, const git_oid *a, const git_oid *b,
		   size_t *gone, size_t *fresh)
{
	*gone = a->id[0];
	*fresh = b->id[0];
}

/* "heads/main=a tags/v1=b HEAD=heads/main" */
static void fill(struct reflist *l, const char *text)
{
	char *copy = xstrdup(text), *at, *w, *eq;

	memset(l, 0, sizeof(*l));
	for (w = strtok_r(copy, " ", &at); w; w = strtok_r(NULL, " ", &at)) {
		char *name;
		git_oid id;

		eq = strchr(w, '=');
		*eq = 0;
		if (!strcmp(w, "HEAD")) {
			l->head = xasprintf("refs/%s", eq + 1);
			continue;
		}
		name = xasprintf("refs/%s", w);
		id = id_of(eq[1]);
		reflist_add(l, name, strlen(name), &id);
		free(name);
	}
	reflist_sort(l);
	free(copy);
}

static const struct refplan_opts usual = { .is_ancestor = straight,
	.difference = counts, .keep = true, .date = "2026-02-04" };

/* The plan as text: "-name", "+name", ">name" (ff), "!name", "~name", "^kept",
 * "@head". */
static char *plan(const char *local, const char *remote,
		  const struct refplan_opts *o, int want)
{
	static const char mark[] = "+>!-~?";
	struct reflist a, b;
	struct refplan p;
	struct str s = STR_INIT;
	struct err e = { 0 };
	size_t i;
	int rc;

	fill(&a, local);
	fill(&b, remote);
	rc = refplan_make(&p, &a, &b, o, &e);
	if (rc != want)
		fail_msg("%d: %s", rc, e.msg);
	for (i = 0; i < p.n; i++)
		str_addf(&s, "%s%c%s", s.len ? " " : "",
			 mark[p.moves[i].kind], p.moves[i].name + 5);
	for (i = 0; i < p.kept.n; i++)
		str_addf(&s, " ^%s=%c", p.kept.v[i].name + 16,
			 p.kept.v[i].id.id[0]);
	if (p.head)
		str_addf(&s, " @%s", p.head + 5);
	refplan_release(&p);
	reflist_release(&a);
	reflist_release(&b);
	return str_detach(&s);
}

#define PLANS(local, remote, text) do { \
		char *got_ = plan(local, remote, &usual, 0); \
		assert_string_equal(got_, text); \
		free(got_); \
	} while (0)

static void equal_lists_need_nothing(void **state UNUSED)
{
	PLANS("heads/main=a tags/v1=a HEAD=heads/main",
	      "heads/main=a tags/v1=a HEAD=heads/main", "");
}

static void a_fresh_mirror_gets_everything(void **state UNUSED)
{
	PLANS("HEAD=heads/master", "heads/main=a tags/v1=a HEAD=heads/main",
	      "+heads/main +tags/v1 @heads/main");
}

static void deletions_come_before_updates(void **state UNUSED)
{
	PLANS("heads/a=a heads/z=a heads/y=a",
	      "heads/a/b=b heads/y=b heads/z=a",
	      "-heads/a +heads/a/b >heads/y ^2026-02-04/heads/a=a");
}

static void a_rewrite_keeps_the_old_tip_and_a_fast_forward_does_not(
	void **state UNUSED)
{
	PLANS("heads/m=b heads/n=C", "heads/m=c heads/n=c",
	      ">heads/m !heads/n ^2026-02-04/heads/n=C");
	PLANS("heads/m=b", "heads/m=a",
	      "!heads/m ^2026-02-04/heads/m=b");
}

static void a_tag_that_changes_is_moved_never_fast_forwarded(
	void **state UNUSED)
{
	PLANS("tags/v1=a", "tags/v1=b",
	      "~tags/v1 ^2026-02-04/tags/v1=a");
}

static void kept_names_avoid_what_is_there(void **state UNUSED)
{
	PLANS("airep/kept/2026-02-04/heads/m=C heads/m=D", "heads/m=a",
	      "!heads/m ^2026-02-04-2/heads/m=D");
	PLANS("airep/kept/2026-02-04/heads/m=C heads/m/x=D heads/n=a",
	      "heads/n=a heads/k=a",
	      "-heads/m/x +heads/k ^2026-02-04-2/heads/m/x=D");
	/* the same tip again (a crash came between) keeps its name */
	PLANS("airep/kept/2026-02-04/heads/m=D heads/m=D", "heads/m=a",
	      "!heads/m ^2026-02-04/heads/m=D");
}

static void kept_refs_are_no_branches_and_never_deleted(void **state UNUSED)
{
	PLANS("airep/kept/2026-02-04/heads/m=C heads/n=a pull/1/head=a",
	      "heads/n=a", "");
}

static void losing_more_than_half_is_refused(void **state UNUSED)
{
	struct refplan_opts o = usual;
	const char *five = "heads/a=a heads/b=a heads/c=a heads/d=a heads/e=a";

	free(plan(five, "heads/a=a heads/b=a", &usual, ERR_FAILED));
	free(plan(five, "", &usual, ERR_FAILED));
	free(plan(five, "heads/a=a heads/b=a heads/c=a", &usual, 0));
	o.accept_deletions = true;
	free(plan(five, "", &o, 0));
}

static void renaming_the_only_branch_is_no_loss(void **state UNUSED)
{
	PLANS("heads/master=a HEAD=heads/master",
	      "heads/main=a HEAD=heads/main",
	      "-heads/master +heads/main ^2026-02-04/heads/master=a "
	      "@heads/main");
}

static void names_that_git_forbids_are_left_out(void **state UNUSED)
{
	PLANS("heads/m=a", "heads/m=a heads/..=b heads/x.lock=b heads/a\033b=b "
	      "heads/-h=b heads/e\xcc\x81=b", "+heads/-h +heads/e\xcc\x81");
}

static void without_objects_a_moved_branch_is_only_changed(void **state UNUSED)
{
	struct refplan_opts o = usual;
	char *got;

	o.is_ancestor = NULL;
	o.keep = false;
	got = plan("heads/m=a tags/t=a", "heads/m=b tags/t=b", &o, 0);
	assert_string_equal(got, "?heads/m ~tags/t");
	free(got);
}

static void a_damaged_ref_is_not_a_deleted_one(void **state UNUSED)
{
	struct reflist a, b;
	struct refplan p;

	fill(&a, "heads/m=a heads/n=a");
	fill(&b, "heads/m=a");
	reflist_add_broken(&b, "refs/heads/n");
	assert_int_equal(refplan_make(&p, &a, &b, &usual, NULL), 0);
	assert_int_equal(p.n, 0);
	refplan_release(&p);
	reflist_release(&a);
	reflist_release(&b);
}

static void the_result_is_the_remote_plus_what_is_kept(void **state UNUSED)
{
	struct reflist a, b, after;
	struct refplan p;
	size_t i;
	static const char *const want[] = {
		"refs/airep/kept/2026-02-04/heads/a",
		"refs/airep/kept/2026-02-04/heads/n", "refs/heads/a/b",
		"refs/heads/n", "refs/pull/7/head", "refs/tags/v1"
	};

	fill(&a, "heads/a=a heads/n=B tags/v1=a pull/7/head=a");
	fill(&b, "heads/a/b=a heads/n=b tags/v1=a");
	assert_int_equal(refplan_make(&p, &a, &b, &usual, NULL), 0);
	assert_int_equal(p.moves[1].kind, REFMOVE_NEW);
	assert_int_equal(p.moves[2].gone, 'B');
	refplan_result(&p, &a, &after);
	assert_int_equal(after.n, ARRAY_N(want));
	for (i = 0; i < after.n; i++)
		assert_string_equal(after.v[i].name, want[i]);
	assert_int_equal(after.v[3].id.id[0], 'b');
	refplan_release(&p);
	reflist_release(&a);
	reflist_release(&b);
	reflist_release(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_lists_need_nothing),
		cmocka_unit_test(a_fresh_mirror_gets_everything),
		cmocka_unit_test(deletions_come_before_updates),
		cmocka_unit_test(
			a_rewrite_keeps_the_old_tip_and_a_fast_forward_does_not),
		cmocka_unit_test(
			a_tag_that_changes_is_moved_never_fast_forwarded),
		cmocka_unit_test(kept_names_avoid_what_is_there),
		cmocka_unit_test(kept_refs_are_no_branches_and_never_deleted),
		cmocka_unit_test(losing_more_than_half_is_refused),
		cmocka_unit_test(renaming_the_only_branch_is_no_loss),
		cmocka_unit_test(names_that_git_forbids_are_left_out),
		cmocka_unit_test(without_objects_a_moved_branch_is_only_changed),
		cmocka_unit_test(a_damaged_ref_is_not_a_deleted_one),
		cmocka_unit_test(the_result_is_the_remote_plus_what_is_kept),
	};

	git_libgit2_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

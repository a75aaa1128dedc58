/*
 * fetch_local.c - a repository on this machine where no git is installed.
 *
 * libgit2's local transport reads it directly.  Its negotiation is a walk that
 * stops at a malformed commit, so this is the way only where there is no other.
 */
#include "mirror/fetch_pack.h"

#include "core/mem.h"

#include <string.h>

struct local_progress {
	const struct fetch_request *q;
	uint64_t objects, bytes;
};

static int on_transfer(const git_indexer_progress *s, void *arg)
{
	struct local_progress *p = arg;

	p->objects = s->total_objects;
	p->bytes = s->received_bytes;
	if (p->q->progress)
		p->q->progress(p->q->arg, "receive", s->received_objects,
			       s->total_objects, s->received_bytes);
	return 0;
}

static int connect_local(git_remote **out, const char *path,
			 struct mirror *m, struct err *e)
{
	git_remote_create_options o;
	char *url = xasprintf("file://%s", path);
	int rc = 0;

	*out = NULL;
	git_remote_create_options_init(&o, GIT_REMOTE_CREATE_OPTIONS_VERSION);
	o.repository = m->repo;
	o.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF |
		GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
	if (git_remote_create_with_opts(out, url, &o) ||
	    git_remote_connect(*out, GIT_DIRECTION_FETCH, NULL, NULL, NULL))
		rc = err_git(e, path);
	if (rc) {
		git_remote_free(*out);
		*out = NULL;
	}
	free(url);
	return rc;
}

int fetch_local_refs(const char *path, struct mirror *m, struct reflist *out,
		     struct err *e)
{
	const git_remote_head **heads;
	git_remote *remote;
	size_t n, i;
	int rc = connect_local(&remote, path, m, e);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	if (git_remote_ls(&heads, &n, remote)) {
		rc = err_git(e, path);
		n = 0;
	}
	for (i = 0; i < n; i++) {
		const git_remote_head *h = heads[i];

		if (!strcmp(h->name, "HEAD")) {
			out->head_id = h->oid;
			out->detached = !h->symref_target;
			if (h->symref_target)
				out->head = xstrdup(h->symref_target);
		} else if (ref_is_tracked(h->name) &&
			   !ends_with(h->name, "^{}")) {
			reflist_add(out, h->name, strlen(h->name), &h->oid);
		}
	}
	reflist_sort(out);
	git_remote_free(remote);
	return rc;
}

int fetch_local_pack(const char *path, struct mirror *m,
		     const struct fetch_request *q, struct fetch_result *r,
		     struct err *e)
{
	static char *specs[] = {
		(char *)"+refs/heads/*:refs/heads/*",
		(char *)"+refs/tags/*:refs/tags/*"
	};
	git_strarray all = { specs, 2 };
	struct local_progress p = { .q = q };
	git_fetch_options o;
	git_remote *remote;
	int rc = connect_local(&remote, path, m, e);

	if (rc)
		return rc;
	git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	o.callbacks.transfer_progress = on_transfer;
	o.callbacks.payload = &p;
	if (git_remote_download(remote, &all, &o))
		rc = err_git(e, path);
	r->objects += p.objects;
	r->received += p.bytes;
	git_remote_free(remote);
	git_odb_refresh(m->odb);
	return rc;
}

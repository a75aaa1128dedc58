/* cli/doctor.c - see doctor.h. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/doctor.h"

#include "core/curl_lib.h"
#include "core/fs.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/http.h"
#include "core/mem.h"
#include "mirror/sound.h"

#include <dirent.h>
#include <jansson.h>
#include <libdeflate.h>
#include <pcre2.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Four faults of 2026 (objects of any size from a pack, submodule paths, a
 * token after a redirect, ssh quoting) are repaired in 1.9.5 and in Debian's
 * 1.5.1+ds-1+deb12u2.  That package alone of all 1.5 answers this option, which
 * its header has as an enum and so no #ifdef can see.
 */
#define DEB12U2_PACK_MAX_OBJECT_SIZE 37

static void libgit2(struct doctor *d)
{
	int major, minor, patch;
	size_t limit = 0;
	bool fixed;

	gitlib_init(NULL);
	git_libgit2_version(&major, &minor, &patch);
	fixed = major > 1 || (major == 1 && minor > 9) ||
		(major == 1 && minor == 9 && patch >= 5);
	if (major == 1 && minor == 5)
		fixed = !git_libgit2_opts(DEB12U2_PACK_MAX_OBJECT_SIZE,
					  &limit) && limit > 0;
	if (fixed)
		doctor_say(d, FOUND_OK, "libgit2 %d.%d.%d with the repairs of "
			   "2026", major, minor, patch);
	else
		doctor_say(d, FOUND_WARN, "libgit2 %d.%d.%d lacks the repairs "
			   "of 2026: install 1.9.5, or on Debian 12 "
			   "libgit2-1.5 1.5.1+ds-1+deb12u2 or newer", major,
			   minor, patch);
}

static void curl(struct doctor *d)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	if (!(v->features & CURL_VERSION_SSL))
		doctor_say(d, FOUND_FAIL, "libcurl %s has no TLS: https does "
			   "not work", v->version);
	else
		doctor_say(d, FOUND_OK, "libcurl %s, TLS by %s", v->version,
			   v->ssl_version);
}

void doctor_libraries(struct doctor *d)
{
	char pcre[64] = "?";
	uint32_t jit = 0;

	doctor_say(d, FOUND_OK, "airep-git %s", AIREP_VERSION);
	libgit2(d);
	pcre2_config(PCRE2_CONFIG_VERSION, pcre);
	pcre2_config(PCRE2_CONFIG_JIT, &jit);
	doctor_say(d, FOUND_OK, "pcre2 %s%s", pcre, jit ? "" : " without JIT");
	doctor_say(d, FOUND_OK, "sqlite %s", sqlite3_libversion());
	curl(d);
	doctor_say(d, FOUND_OK, "jansson %s, libdeflate %s",
		   jansson_version_str(), LIBDEFLATE_VERSION_STRING);
}

/* The variable that curl would follow for https, as curl looks for it. */
static const char *env_proxy(const char **name)
{
	static const char *const names[] = {
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
	};
	const char *s;
	size_t i;

	for (i = 0; i < ARRAY_N(names); i++) {
		s = getenv(names[i]);
		if (s && *s) {
			*name = names[i];
			return s;
		}
	}
	return NULL;
}

void doctor_network(struct doctor *d, const struct config *cfg)
{
	const char *ca = config_str(cfg, "http.caFile"), *name = NULL;
	const char *proxy = config_str(cfg, "http.proxy");
	char *safe;

	if (proxy)
		name = config_origin(cfg, "http.proxy");
	else
		proxy = env_proxy(&name);
	if (proxy && *proxy) {
		safe = http_safe_url(proxy);
		doctor_say(d, FOUND_NOTE, "https goes through the proxy %s "
			   "(%s)", safe, name);
		free(safe);
	} else {
		doctor_say(d, FOUND_OK, "no proxy");
	}
	if (ca && access(ca, R_OK))
		doctor_say(d, FOUND_FAIL, "http.caFile '%s' cannot be read", ca);
	else if (ca)
		doctor_say(d, FOUND_NOTE, "certificates are checked with %s",
			   ca);
	if (http_forbidden())
		doctor_say(d, FOUND_NOTE, "--offline: no socket is opened");
}

void doctor_zones(struct doctor *d, const struct config *cfg)
{
	const char *zone = cfg ? config_str(cfg, "report.timezone") : "UTC";

	if (!fs_is_dir("/usr/share/zoneinfo"))
		doctor_say(d, FOUND_WARN, "no time zone data (package tzdata): "
			   "only UTC and offsets such as +08:00 work");
	doctor_say(d, FOUND_OK, "days are those of %s", zone);
	if (getenv("AIREP_NOW"))
		doctor_say(d, FOUND_WARN, "AIREP_NOW stops the clock at %s",
			   getenv("AIREP_NOW"));
}

/* Files that only a run that was killed leaves behind. */
static void leftovers(struct doctor *d, const char *name, const char *dir,
		      int depth)
{
	struct dirent *en;
	struct stat st;
	char *path;
	DIR *h = depth < 16 ? opendir(dir) : NULL;

	while (h && (en = readdir(h))) {
		/* The last one stays for ever: an flock, not a file, is held. */
		if (en->d_name[0] == '.' ||
		    (!depth && !strcmp(en->d_name, "airep.lock")))
			continue;
		path = fs_join(dir, en->d_name);
		if (lstat(path, &st))
			st.st_mode = 0;
		if (ends_with(en->d_name, ".lock") ||
		    starts_with(en->d_name, "pack_git2_") ||
		    starts_with(en->d_name, "tmp_pack_"))
			doctor_say(d, FOUND_WARN, "%s: %s is left from a run "
				   "that was killed, or one is at work; the next "
				   "sync sweeps it", name, path);
		else if (S_ISDIR(st.st_mode) && (depth || !strcmp(en->d_name,
				"refs") || !strcmp(en->d_name, "objects")))
			leftovers(d, name, path, depth + 1);
		free(path);
	}
	if (h)
		closedir(h);
}

static void check_head(struct doctor *d, const struct repo_spec *r,
		       const char *path)
{
	git_repository *repo = NULL;
	git_reference *head = NULL;
	struct err e = {0};
	int rc;

	if (gitlib_open_bare(&repo, path, &e)) {
		doctor_say(d, FOUND_FAIL, "%s: %s", r->name, e.msg);
		return;
	}
	rc = git_repository_head(&head, repo);
	if (rc == GIT_EUNBORNBRANCH || rc == GIT_ENOTFOUND)
		doctor_say(d, FOUND_WARN, "%s: HEAD names a branch that is not "
			   "there", r->name);
	else if (rc)
		doctor_say(d, FOUND_FAIL, "%s: HEAD cannot be read", r->name);
	else
		doctor_say(d, FOUND_OK, "%s: %s", r->name,
			   git_reference_shorthand(head));
	git_reference_free(head);
	git_repository_free(repo);
}

/* Damaged clones that `sync` moved away are nobody's but the user's. */
static void set_aside(struct doctor *d, const char *name, const char *path)
{
	char *slash = strrchr(path, '/'), *want;
	char *dir = xstrndup(path, (size_t)(slash - path));
	DIR *h = opendir(dir);
	struct dirent *f;

	want = xasprintf("%s.damaged-", slash + 1);
	while (h && (f = readdir(h)))
		if (starts_with(f->d_name, want))
			doctor_say(d, FOUND_NOTE, "%s: '%s/%s' was damaged and "
				   "moved away; remove it when it is not "
				   "wanted", name, dir, f->d_name);
	if (h)
		closedir(h);
	free(want);
	free(dir);
}

void doctor_mirror(struct doctor *d, const struct repo_spec *r,
		   const char *workspace, bool was_synced)
{
	char *path = repo_mirror_path(r, workspace);
	struct err why = {0};
	struct stat st;

	if (!r->mirror)
		set_aside(d, r->name, path);
	if (stat(path, &st)) {
		if (!r->mirror && !was_synced) {
			doctor_say(d, FOUND_NOTE, "%s: not synced yet",
				   r->name);
		} else {
			mirror_missing(r, path, &why);
			doctor_say(d, r->mirror ? FOUND_FAIL : FOUND_WARN,
				   "%s", why.msg);
		}
		free(path);
		return;
	}
	if (st.st_uid != geteuid())
		doctor_say(d, FOUND_WARN, "%s: the mirror belongs to user %ld, "
			   "not to %ld", r->name, (long)st.st_uid,
			   (long)geteuid());
	check_head(d, r, path);
	if (!r->mirror) {
		leftovers(d, r->name, path, 0);
		if (mirror_sound(path, &why) == ERR_CORRUPT)
			doctor_say(d, FOUND_FAIL, "%s: the mirror is damaged: "
				   "%s", r->name, why.msg);
	}
	free(path);
}

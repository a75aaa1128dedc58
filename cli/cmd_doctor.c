/*
 * cli/cmd_doctor.c - airep-git doctor: is everything there, sound and allowed?
 *
 * Looks, changes nothing and opens no socket.  Every line is one finding; a
 * FAIL makes the exit code 1.
 */
#include "cli/doctor.h"

#include "analyze/classify.h"
#include "cli/cmds.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "store/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LOW_SPACE ((uint64_t)1 << 30)

void doctor_say(struct doctor *d, enum finding f, const char *fmt, ...)
{
	static const char *const word[] = { "ok  ", "note", "warn", "FAIL" };
	struct str raw = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&raw, fmt, ap);
	va_end(ap);
	str_addf(&d->out, "%s  ", word[f]);
	put_terminal(&d->out, str_c(&raw), raw.len);
	str_addch(&d->out, '\n');
	d->count[f]++;
	str_release(&raw);
}

/* Locks and renames are not to be trusted over a network. */
static const char *network_fs(const char *path)
{
	static const struct { unsigned long type; const char *name; } net[] = {
		{ 0x6969, "NFS" }, { 0x517b, "SMB" }, { 0xff534d42, "CIFS" },
		{ 0xfe534d42, "SMB2" }, { 0x5346414f, "AFS" },
		{ 0x00c36400, "Ceph" }, { 0x01021997, "9P" },
		{ 0x0bd00bd0, "Lustre" }, { 0x47504653, "GPFS" },
		{ 0x65735546, "FUSE (sshfs?)" },
	};
	struct statfs st;
	size_t i;

	if (statfs(path, &st))
		return NULL;
	for (i = 0; i < ARRAY_N(net); i++)
		if ((unsigned long)st.f_type == net[i].type)
			return net[i].name;
	return NULL;
}

static void check_folder(struct doctor *d, const char *path)
{
	const char *net = network_fs(path);
	struct statvfs st;
	uint64_t avail;

	if (access(path, W_OK | X_OK))
		doctor_say(d, FOUND_WARN, "workspace %s is not writable: only "
			   "reading commands work", path);
	else
		doctor_say(d, FOUND_OK, "workspace %s", path);
	if (net)
		doctor_say(d, FOUND_WARN, "the workspace is on %s: locks there "
			   "may not hold; use one machine at a time", net);
	if (statvfs(path, &st))
		return;
	avail = (uint64_t)st.f_bavail * st.f_frsize;
	doctor_say(d, avail < LOW_SPACE ? FOUND_WARN : FOUND_OK,
		   "%llu MiB free", (unsigned long long)(avail >> 20));
}

static void check_store(struct doctor *d, struct cmd_ctx *c)
{
	char *path = fs_join(c->workspace, "airep.db");
	struct err e = {0};

	if (!fs_exists(path))
		doctor_say(d, FOUND_NOTE, "no store yet: 'airep-git sync' makes "
			   "it");
	else if (cmd_open_store(c, false, &e) || db_check(c->db, &e))
		doctor_say(d, FOUND_FAIL, "%s", e.msg);
	else
		doctor_say(d, FOUND_OK, "store %s is sound (schema %d)", path,
			   DB_SCHEMA_VERSION);
	free(path);
}

static void check_rules(struct doctor *d, const char *workspace)
{
	char *path = fs_join(workspace, "rules.conf");
	struct rules *r = NULL;
	struct err e = {0};

	if (rules_load(&r, path, &e))
		doctor_say(d, FOUND_FAIL, "%s", e.msg);
	else
		doctor_say(d, FOUND_OK, "label rules %.12s%s", rules_hash(r),
			   fs_exists(path) ? " with rules.conf" : "");
	rules_free(r);
	free(path);
}

/* Without a readable configuration its defaults still tell something. */
static void check_settings(struct doctor *d, struct cmd_ctx *c)
{
	struct err e = {0};

	if (!c->workspace) {
		config_load(&c->config, NULL, NULL);
	} else if (cmd_open_config(c, &e)) {
		doctor_say(d, FOUND_FAIL, "%s", e.msg);
		config_load(&c->config, NULL, NULL);
	} else {
		doctor_say(d, FOUND_OK, "airep.conf%s",
			   fs_exists(c->config_path) ? "" :
			   " is absent: defaults hold");
	}
	if (!c->workspace)
		return;
	if (cmd_open_list(c, &e))
		doctor_say(d, FOUND_FAIL, "%s", e.msg);
	else
		doctor_say(d, FOUND_OK, "repos.list: %zu repositories",
			   c->list.n);
	check_rules(d, c->workspace);
}

int cmd_doctor(struct cmd_ctx *c, struct err *e)
{
	struct doctor d = {0};
	struct err why = {0};
	size_t i;
	int rc = args_count(&c->args, 0, 0, "", e);

	if (rc)
		return rc;
	doctor_libraries(&d);
	if (cmd_open_workspace(c, &why))
		doctor_say(&d, c->dash_C ? FOUND_FAIL : FOUND_NOTE, "%s",
			   why.msg);
	check_settings(&d, c);
	if (c->config)
		doctor_network(&d, c->config);
	doctor_zones(&d, c->config);
	if (c->workspace) {
		check_folder(&d, c->workspace);
		check_store(&d, c);
	}
	for (i = 0; i < c->list.n; i++)
		doctor_mirror(&d, &c->list.v[i], c->workspace,
			      cmd_was_synced(c, &c->list.v[i]));
	rc = out_str(&d.out, e);
	str_release(&d.out);
	if (!rc && d.count[FOUND_FAIL])
		rc = err_set(e, ERR_FAILED, "%d thing%s to repair",
			     d.count[FOUND_FAIL],
			     d.count[FOUND_FAIL] > 1 ? "s" : "");
	return rc;
}

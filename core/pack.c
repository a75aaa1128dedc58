/* core/pack.c - see pack.h.  Formats: git's gitformat-pack(5). */
#include "core/pack.h"

#include "core/mem.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int map_file(const char *path, const unsigned char **data, size_t *len,
		    struct err *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return err_errno(e, "cannot open '%s'", path);
	}
	p = st.st_size ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			      fd, 0) : MAP_FAILED;
	close(fd);
	if (p == MAP_FAILED)
		return err_set(e, ERR_CORRUPT, "cannot map '%s'", path);
	*data = p;
	*len = (size_t)st.st_size;
	return 0;
}

/* Where the tables of a version 2 index lie, or an error. */
static int locate(struct pack *p, struct err *e)
{
	size_t need;

	if (p->idx_len < 8 + 1024 + 40 ||
	    memcmp(p->idx, "\377tOc\0\0\0\2", 8))
		return err_set(e, ERR_CORRUPT,
			       "'%s' is not a version 2 pack index", p->name);
	p->fanout = p->idx + 8;
	p->n = be32(p->fanout + 255 * 4);
	need = 8 + 1024 + (size_t)p->n * 28 + 40;
	if (p->idx_len < need)
		return err_set(e, ERR_CORRUPT, "'%s' is cut off", p->name);
	p->ids = p->fanout + 1024;
	p->offsets = p->ids + (size_t)p->n * 24;
	p->large = p->offsets + (size_t)p->n * 4;
	p->large_n = (p->idx_len - need) / 8;
	if (p->data_len < 32 || memcmp(p->data, "PACK", 4) ||
	    be32(p->data + 8) != p->n ||
	    memcmp(p->data + p->data_len - 20, p->idx + p->idx_len - 40, 20))
		return err_set(e, ERR_CORRUPT,
			       "the pack of '%s' does not match it", p->name);
	return 0;
}

int pack_open(struct pack *p, const char *idx_path, struct err *e)
{
	size_t n = strlen(idx_path);
	char *data_path = xmalloc(n + 2);
	int rc;

	memset(p, 0, sizeof(*p));
	p->name = xstrdup(idx_path);
	memcpy(data_path, idx_path, n - 3);
	memcpy(data_path + n - 3, "pack", 5);
	rc = map_file(idx_path, &p->idx, &p->idx_len, e);
	if (!rc)
		rc = map_file(data_path, &p->data, &p->data_len, e);
	if (!rc)
		rc = locate(p, e);
	free(data_path);
	if (rc)
		pack_close(p);
	return rc;
}

void pack_close(struct pack *p)
{
	if (p->idx)
		munmap((void *)(uintptr_t)p->idx, p->idx_len);
	if (p->data)
		munmap((void *)(uintptr_t)p->data, p->data_len);
	free(p->name);
	memset(p, 0, sizeof(*p));
}

static bool below(const struct pack *p, uint32_t i, const unsigned char *id)
{
	return memcmp(p->ids + (size_t)i * 20, id, 20) < 0;
}

/*
 * Ids are spread evenly: the answer is near the place that the next four bytes
 * tell, where a search touches a third of the pages that halving does.  Narrows
 * [*lo, *hi] around it.
 */
static void guess(const struct pack *p, const unsigned char *id, uint32_t *lo,
		  uint32_t *hi)
{
	uint32_t at = *lo + (uint32_t)((uint64_t)(*hi - *lo) *
				       be32(id + 1) >> 32);
	uint32_t step = 16;

	if (below(p, at, id)) {
		for (*lo = at + 1; *hi - *lo > step; step *= 4) {
			if (!below(p, *lo + step, id)) {
				*hi = *lo + step;
				return;
			}
			*lo += step + 1;
		}
		return;
	}
	for (*hi = at; *hi - *lo > step; step *= 4) {
		if (below(p, *hi - step, id)) {
			*lo = *hi - step + 1;
			return;
		}
		*hi -= step;
	}
}

uint32_t pack_lower_bound(const struct pack *p, const unsigned char *id)
{
	uint32_t lo = id[0] ? be32(p->fanout + (id[0] - 1) * 4) : 0;
	uint32_t hi = be32(p->fanout + id[0] * 4);

	if (hi > p->n)
		hi = p->n;
	if (hi > lo && hi - lo > 32)
		guess(p, id, &lo, &hi);
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (below(p, mid, id))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int64_t pack_find(const struct pack *p, const git_oid *id)
{
	uint32_t i = pack_lower_bound(p, id->id), off, at;

	if (i >= p->n || memcmp(p->ids + (size_t)i * 20, id->id, 20))
		return -1;
	off = be32(p->offsets + (size_t)i * 4);
	if (!(off & 0x80000000u))
		return off;
	at = off & 0x7fffffffu;
	if (at >= p->large_n)
		return -1;
	return (int64_t)((uint64_t)be32(p->large + (size_t)at * 8) << 32 |
			 be32(p->large + (size_t)at * 8 + 4));
}

bool pack_entry(const struct pack *p, int64_t offset, struct pack_entry *out)
{
	const unsigned char *s, *end = p->data + p->data_len - 20;
	int shift = 4;
	int64_t back;

	if (offset < 12 || offset >= (int64_t)p->data_len - 20)
		return false;
	s = p->data + offset;
	out->type = *s >> 4 & 7;
	out->size = *s & 15;
	while (*s++ & 0x80) {
		if (s >= end || shift > 57)
			return false;
		out->size |= (uint64_t)(*s & 0x7f) << shift;
		shift += 7;
	}
	if (out->type == 6) {
		if (s >= end)
			return false;
		back = *s & 0x7f;
		while (*s++ & 0x80) {
			if (s >= end || back > (INT64_MAX >> 8))
				return false;
			back = (back + 1) << 7 | (*s & 0x7f);
		}
		out->base_at = offset - back;
		if (back <= 0 || out->base_at < 12)
			return false;
	} else if (out->type == 7) {
		if (end - s < 20)
			return false;
		memcpy(out->base_id.id, s, 20);
		s += 20;
	} else if (out->type < 1 || out->type > 4) {
		return false;
	}
	out->in = s;
	out->in_len = (size_t)(end - s);
	return true;
}

static bool delta_varint(const unsigned char **s, const unsigned char *end,
			 uint64_t *v)
{
	int shift = 0;
	unsigned char c;

	*v = 0;
	do {
		if (*s >= end || shift > 56)
			return false;
		c = *(*s)++;
		*v |= (uint64_t)(c & 0x7f) << shift;
		shift += 7;
	} while (c & 0x80);
	return true;
}

bool delta_sizes(const unsigned char *d, size_t len, uint64_t *base_len,
		 uint64_t *out_len, size_t *header)
{
	const unsigned char *s = d;

	if (!delta_varint(&s, d + len, base_len) ||
	    !delta_varint(&s, d + len, out_len))
		return false;
	if (header)
		*header = (size_t)(s - d);
	return true;
}

bool delta_apply(const unsigned char *base, size_t base_len,
		 const unsigned char *d, size_t len, unsigned char *out,
		 size_t out_len)
{
	const unsigned char *end = d + len;
	unsigned char *o = out, *o_end = out + out_len;
	uint64_t a, b;
	size_t header, off, n;
	int i;

	if (!delta_sizes(d, len, &a, &b, &header) || a != base_len ||
	    b != out_len)
		return false;
	d += header;
	while (d < end) {
		unsigned char op = *d++;

		if (op & 0x80) {
			off = n = 0;
			for (i = 0; i < 7; i++) {
				if (!(op >> i & 1))
					continue;
				if (d >= end)
					return false;
				if (i < 4)
					off |= (size_t)*d++ << 8 * i;
				else
					n |= (size_t)*d++ << 8 * (i - 4);
			}
			if (!n)
				n = 0x10000;
			if (off > base_len || n > base_len - off ||
			    n > (size_t)(o_end - o))
				return false;
			memcpy(o, base + off, n);
		} else {
			n = op;
			if (!n || n > (size_t)(end - d) ||
			    n > (size_t)(o_end - o))
				return false;
			memcpy(o, d, n);
			d += n;
		}
		o += n;
	}
	return o == o_end;
}

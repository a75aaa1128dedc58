/*
 * core/git_lib.h - libgit2, loaded by whoever needs it first.
 *
 * Most runs read packs and compare lines without it, and it brings eighteen
 * libraries of its own: 1.9 of the 3 ms that the program took to start.  So it is
 * not linked; core/git_compat.h includes this, and the calls are written as
 * always.  A function that is missing here is an undefined symbol when the
 * program is linked.
 */
#ifndef CORE_GIT_LIB_H
#define CORE_GIT_LIB_H

#include <git2.h>

#define GIT_FUNCTIONS(X) \
	X(git_blob_free) X(git_blob_lookup) X(git_blob_rawcontent) \
	X(git_blob_rawsize) X(git_buf_dispose) \
	X(git_config_delete_multivar) X(git_config_free) \
	X(git_config_get_string_buf) X(git_config_iterator_free) \
	X(git_config_iterator_new) X(git_config_next) \
	X(git_config_open_ondisk) X(git_config_parse_bool) \
	X(git_config_parse_int64) X(git_config_set_string) \
	X(git_diff_buffers) X(git_diff_options_init) X(git_error_last) \
	X(git_fetch_options_init) X(git_indexer_append) \
	X(git_indexer_commit) X(git_indexer_free) X(git_indexer_new) \
	X(git_indexer_options_init) X(git_libgit2_init) X(git_libgit2_opts) \
	X(git_libgit2_shutdown) X(git_libgit2_version) X(git_object_free) \
	X(git_object_id) X(git_odb_exists) X(git_odb_exists_ext) \
	X(git_odb_exists_prefix) X(git_odb_free) X(git_odb_hash) \
	X(git_odb_object_data) X(git_odb_object_free) \
	X(git_odb_object_size) X(git_odb_object_type) X(git_odb_open) \
	X(git_odb_read) X(git_odb_read_header) X(git_odb_refresh) \
	X(git_oid_ncmp) X(git_patch_free) X(git_patch_from_buffers) \
	X(git_patch_get_hunk) X(git_patch_get_line_in_hunk) \
	X(git_patch_num_hunks) X(git_reference_dwim) X(git_reference_free) \
	X(git_reference_name_is_valid) X(git_reference_name_to_id) \
	X(git_reference_remove) X(git_reference_resolve) \
	X(git_reference_shorthand) X(git_reference_target) \
	X(git_remote_connect) X(git_remote_create_options_init) \
	X(git_remote_create_with_opts) X(git_remote_download) \
	X(git_remote_free) X(git_remote_ls) X(git_repository_free) \
	X(git_repository_head) X(git_repository_init_ext) \
	X(git_repository_init_options_init) X(git_repository_odb) \
	X(git_repository_open) X(git_repository_open_bare) \
	X(git_repository_path) X(git_revparse_single)

struct git_lib {
#define X(name) __typeof__(&name) p_##name;
	GIT_FUNCTIONS(X)
#undef X
};

/*
 * Loaded at the first call, from any thread; gitlib_init() starts it.  Ends the
 * program with a message when the library is not there, as the loader of a
 * linked one does.
 */
const struct git_lib *git_lib(void);

#define git_blob_free git_lib()->p_git_blob_free
#define git_blob_lookup git_lib()->p_git_blob_lookup
#define git_blob_rawcontent git_lib()->p_git_blob_rawcontent
#define git_blob_rawsize git_lib()->p_git_blob_rawsize
#define git_buf_dispose git_lib()->p_git_buf_dispose
#define git_config_delete_multivar git_lib()->p_git_config_delete_multivar
#define git_config_free git_lib()->p_git_config_free
#define git_config_get_string_buf git_lib()->p_git_config_get_string_buf
#define git_config_iterator_free git_lib()->p_git_config_iterator_free
#define git_config_iterator_new git_lib()->p_git_config_iterator_new
#define git_config_next git_lib()->p_git_config_next
#define git_config_open_ondisk git_lib()->p_git_config_open_ondisk
#define git_config_parse_bool git_lib()->p_git_config_parse_bool
#define git_config_parse_int64 git_lib()->p_git_config_parse_int64
#define git_config_set_string git_lib()->p_git_config_set_string
#define git_diff_buffers git_lib()->p_git_diff_buffers
#define git_diff_options_init git_lib()->p_git_diff_options_init
#define git_error_last git_lib()->p_git_error_last
#define git_fetch_options_init git_lib()->p_git_fetch_options_init
#define git_indexer_append git_lib()->p_git_indexer_append
#define git_indexer_commit git_lib()->p_git_indexer_commit
#define git_indexer_free git_lib()->p_git_indexer_free
#define git_indexer_new git_lib()->p_git_indexer_new
#define git_indexer_options_init git_lib()->p_git_indexer_options_init
#define git_libgit2_init git_lib()->p_git_libgit2_init
#define git_libgit2_opts git_lib()->p_git_libgit2_opts
#define git_libgit2_shutdown git_lib()->p_git_libgit2_shutdown
#define git_libgit2_version git_lib()->p_git_libgit2_version
#define git_object_free git_lib()->p_git_object_free
#define git_object_id git_lib()->p_git_object_id
#define git_odb_exists git_lib()->p_git_odb_exists
#define git_odb_exists_ext git_lib()->p_git_odb_exists_ext
#define git_odb_exists_prefix git_lib()->p_git_odb_exists_prefix
#define git_odb_free git_lib()->p_git_odb_free
#define git_odb_hash git_lib()->p_git_odb_hash
#define git_odb_object_data git_lib()->p_git_odb_object_data
#define git_odb_object_free git_lib()->p_git_odb_object_free
#define git_odb_object_size git_lib()->p_git_odb_object_size
#define git_odb_object_type git_lib()->p_git_odb_object_type
#define git_odb_open git_lib()->p_git_odb_open
#define git_odb_read git_lib()->p_git_odb_read
#define git_odb_read_header git_lib()->p_git_odb_read_header
#define git_odb_refresh git_lib()->p_git_odb_refresh
#define git_oid_ncmp git_lib()->p_git_oid_ncmp
#define git_patch_free git_lib()->p_git_patch_free
#define git_patch_from_buffers git_lib()->p_git_patch_from_buffers
#define git_patch_get_hunk git_lib()->p_git_patch_get_hunk
#define git_patch_get_line_in_hunk git_lib()->p_git_patch_get_line_in_hunk
#define git_patch_num_hunks git_lib()->p_git_patch_num_hunks
#define git_reference_dwim git_lib()->p_git_reference_dwim
#define git_reference_free git_lib()->p_git_reference_free
#define git_reference_name_is_valid git_lib()->p_git_reference_name_is_valid
#define git_reference_name_to_id git_lib()->p_git_reference_name_to_id
#define git_reference_remove git_lib()->p_git_reference_remove
#define git_reference_resolve git_lib()->p_git_reference_resolve
#define git_reference_shorthand git_lib()->p_git_reference_shorthand
#define git_reference_target git_lib()->p_git_reference_target
#define git_remote_connect git_lib()->p_git_remote_connect
#define git_remote_create_options_init git_lib()->p_git_remote_create_options_init
#define git_remote_create_with_opts git_lib()->p_git_remote_create_with_opts
#define git_remote_download git_lib()->p_git_remote_download
#define git_remote_free git_lib()->p_git_remote_free
#define git_remote_ls git_lib()->p_git_remote_ls
#define git_repository_free git_lib()->p_git_repository_free
#define git_repository_head git_lib()->p_git_repository_head
#define git_repository_init_ext git_lib()->p_git_repository_init_ext
#define git_repository_init_options_init git_lib()->p_git_repository_init_options_init
#define git_repository_odb git_lib()->p_git_repository_odb
#define git_repository_open git_lib()->p_git_repository_open
#define git_repository_open_bare git_lib()->p_git_repository_open_bare
#define git_repository_path git_lib()->p_git_repository_path
#define git_revparse_single git_lib()->p_git_revparse_single

#endif

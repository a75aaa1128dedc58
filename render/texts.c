/* render/texts.c - see texts.h. */
#include "render/texts.h"

#include "core/str.h"

#include <stdarg.h>
#include <string.h>

static const char *const texts[TEXT_COUNT][2] = {
#define T(id, zh, en) { zh, en },
#include "render/texts.def"
#undef T
};

static const struct kind_text kinds[] = {
	{ "export-removed", "导出名移除", "Export removed" },
	{ "export-added", "新导出名", "New export" },
	{ "module-removed", "模块移除", "Module removed" },
	{ "module-moved", "模块换路径", "Module moved" },
	{ "symbol-removed", "符号移除", "Symbol removed" },
	{ "symbol-renamed", "改名", "Renamed" },
	{ "symbol-moved", "符号移动", "Symbol moved" },
	{ "symbol-added", "新符号", "New symbol" },
	{ "signature", "签名", "Signature" },
	{ "default", "默认值", "Default" },
	{ "enum-value", "枚举值", "Enum value" },
	{ "registry-key", "注册表键", "Registry key" },
	{ "config-key-removed", "配置键移除", "Config key removed" },
	{ "config-key-added", "新配置键", "New config key" },
	{ "env-removed", "环境变量移除", "Environment variable removed" },
	{ "env-added", "新环境变量", "New environment variable" },
	{ "flag-removed", "命令行开关移除", "CLI flag removed" },
	{ "flag-added", "新命令行开关", "New CLI flag" },
	{ "metric-removed", "指标移除", "Metric removed" },
	{ "metric-added", "新指标", "New metric" },
	{ "header-moved", "头文件换路径", "Header moved" },
	{ "header-removed", "头文件移除", "Header removed" },
	{ "header-symbol-removed", "头文件符号移除", "Header symbol removed" },
	{ "macro-removed", "宏移除", "Macro removed" },
	{ "deprecation-enforced", "弃用生效", "Deprecation enforced" },
	{ "stated-break", "声明", "Stated" },
	{ "layout", "布局", "Layout" },
	{ "line-order", "行序对调", "Lines changed places" },
	{ "pin", "依赖", "Pin" },
	{ "submodule", "子模块", "Submodule" },
	{ "version", "版本", "Version" },
	{ "number", "性能声明", "Claim" },
	{ "test-weakened", "测试放宽", "Test weakened" },
	{ "test-deleted", "测试删除", "Test deleted" },
	{ "test-skipped", "测试跳过", "Test skipped" },
	{ "test-threshold", "测试阈值", "Test limit" },
	{ "test-expected", "测试期望值", "Test expectation" },
	{ "test-variable", "测试变量", "Test variable" },
	{ "docs-code-mismatch", "文档与代码不一致", "Docs and code differ" },
	{ "substitution", "替换", "Substitution" },
	{ "small-diff", "小改动", "Small diff" },
	{ "move", "移动", "Move" },
	{ "rename", "重命名", "Renames" },
	{ "new-kernel", "新 kernel 文件", "New kernel file" },
	{ "new-model", "新架构", "New architecture" },
	{ "new-enum-value", "新枚举值", "New enum value" },
	{ "comment-only", "仅注释", "Comments only" },
	{ "build-macro", "构建宏", "Build macro" },
	{ NULL, NULL, NULL },
};

const char *text(enum lang lang, enum text id)
{
	return texts[id][lang == LANG_EN];
}

/* "{one|many}" at p: puts one of them, returns what comes behind. */
static const char *put_form(struct str *out, const char *p, int n)
{
	const char *many = strchr(p, '|') + 1, *end = strchr(many, '}');

	if (n == 1)
		str_addmem(out, p + 1, (size_t)(many - 1 - (p + 1)));
	else
		str_addmem(out, many, (size_t)(end - many));
	return end + 1;
}

void text_put(struct str *out, enum lang lang, enum text id, ...)
{
	const char *p = text(lang, id);
	va_list ap;
	int n = 0;

	va_start(ap, id);
	while (*p) {
		size_t plain = strcspn(p, "%{");

		str_addmem(out, p, plain);
		p += plain;
		if (*p == '{') {
			p = put_form(out, p, n);
		} else if (*p && p[1] == 'd') {
			n = va_arg(ap, int);
			str_addf(out, "%d", n);
			p += 2;
		} else if (*p) {
			str_add(out, va_arg(ap, const char *));
			p += 2;
		}
	}
	va_end(ap);
}

bool kind_exists(const char *kind)
{
	return kind_text(kind) || !strcmp(kind, "revert") ||
	       !strcmp(kind, "reland") || !strcmp(kind, "test-touched");
}

const struct kind_text *kind_text(const char *kind)
{
	const struct kind_text *k;

	for (k = kinds; k->kind; k++) {
		const char *a = k->kind, *b = kind;

		while (*a && *a == *b)
			a++, b++;
		if (*a == *b)
			return k;
	}
	return NULL;
}

// @ts-check
/**
 * A plugin of TypeDoc: the comment at the head of a file, which says what the file is for, stands on the file's page.
 * TypeDoc itself wants a tag in it for that, which nobody who reads the source would miss.
 */
import { Comment, Converter, MinimalSourceFile, ReflectionKind } from 'typedoc';

/** The first comment of a file, unless it stands right before an export and so is that one's. */
const HEAD = /^(?:#!.*\n)?(?:\/\/.*\n)*\/\*\*([\s\S]*?)\*\/\n(?!export )/;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module) || reflection.comment !== undefined) return;
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile();
    const head = HEAD.exec(file?.text ?? '')?.[1];
    if (file === undefined || head === undefined) return;
    const text = head.replaceAll(/^ ?\* ?/gm, '').trim();
    const path = /** @type {import('typedoc').NormalizedPath} */ (file.fileName);
    const source = new MinimalSourceFile(text, path);
    reflection.comment = new Comment(app.converter.parseRawComment(source, context.project.files).content);
  });
}

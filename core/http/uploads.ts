import { rm } from 'node:fs/promises';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { AppError, InvalidInputError } from '../errors.js';
import type { Upload } from '../files/types.js';
import type { UploadRule } from './types.js';

/** Reads a multipart body into temporary files; they are deleted when the answer is sent unless they were moved away. */
export async function readUploads(req: Request, res: Response, rule: UploadRule, folder: string): Promise<Upload[]> {
  const middleware = multer({
    dest: folder,
    limits: { files: rule.maxFiles, fileSize: rule.maxBytes, fields: 100, fieldSize: 2 * 1024 * 1024, parts: 100 + rule.maxFiles },
    defParamCharset: 'utf8',
    fileFilter: (_req, file, done) => done(null, rule.fields.includes(file.fieldname)),
  }).any();
  await new Promise<void>((resolve, reject) => {
    middleware(req, res, (error: unknown) => (error ? reject(uploadError(error, rule)) : resolve()));
  });
  const files = (Array.isArray(req.files) ? req.files : []).map((f) => ({ field: f.fieldname, path: f.path, name: f.originalname, size: f.size }));
  res.once('close', () => {
    for (const { path } of files) void rm(path, { force: true }).catch(() => undefined);
  });
  // Browsers send an empty part for a file input that was left alone.
  return files.filter((f) => f.size > 0 || f.name !== '');
}

function uploadError(error: unknown, rule: UploadRule): unknown {
  if (error instanceof MulterError) {
    const field = error.field ?? rule.fields[0] ?? '';
    if (error.code === 'LIMIT_FILE_SIZE')
      return new InvalidInputError({ [field]: { key: 'core:error.fileTooLarge', vars: { max: Math.floor(rule.maxBytes / 1_048_576) } } });
    if (error.code === 'LIMIT_FILE_COUNT') return new InvalidInputError({ [field]: { key: 'core:error.tooManyFiles', vars: { max: rule.maxFiles } } });
    return new AppError('too_large', 413, { key: 'core:error.tooLarge' });
  }
  return error instanceof Error && /multipart|boundary|Unexpected end of form/i.test(error.message)
    ? new AppError('bad_request', 400, { key: 'core:error.badRequest' })
    : error;
}

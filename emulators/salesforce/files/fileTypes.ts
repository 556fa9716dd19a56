/** FileType by the extension of PathOnClient. */
const TYPES: Readonly<Record<string, string>> = {
  csv: 'CSV',
  doc: 'WORD',
  docx: 'WORD_X',
  eml: 'EML',
  gif: 'GIF',
  htm: 'HTML',
  html: 'HTML',
  jpeg: 'JPG',
  jpg: 'JPG',
  msg: 'MSG',
  pdf: 'PDF',
  png: 'PNG',
  ppt: 'POWER_POINT',
  pptx: 'POWER_POINT_X',
  rtf: 'RTF',
  svg: 'SVG',
  txt: 'TEXT',
  xls: 'EXCEL',
  xlsx: 'EXCEL_X',
  xml: 'XML',
  zip: 'ZIP',
};

interface FileName {
  /** Without the extension. */
  readonly title: string;
  readonly extension: string | null;
  readonly fileType: string;
}

const MAX_EXTENSION = 40;

/** What the path of a file tells of it, on whatever system it was. */
export function readFileName(path: string): FileName {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && dot < name.length - 1 ? name.slice(dot + 1) : null;
  const title = extension === null ? name : name.slice(0, dot);
  const fileType = extension === null ? undefined : TYPES[extension.toLowerCase()];
  return {
    title: title === '' ? path : title,
    extension: extension?.slice(0, MAX_EXTENSION) ?? null,
    fileType: fileType ?? 'UNKNOWN',
  };
}

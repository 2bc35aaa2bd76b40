"""Why a format is not read, and what to do instead."""

from __future__ import annotations

from breachkit.errors import UnreadableSource
from breachkit.reading.blob import Blob

# format → what it is, in French and in English
NAMES: dict[str, tuple[str, str]] = {
    # archives and tables that are read: named where one is damaged, or where no reader of it is there
    "gzip": ("fichier gzip", "gzip file"),
    "bzip2": ("fichier bzip2", "bzip2 file"),
    "xz": ("fichier xz", "xz file"),
    "lzma": ("fichier lzma", "lzma file"),
    "zstd": ("fichier zstd", "zstd file"),
    "zip": ("archive zip", "zip archive"),
    "tar": ("archive tar", "tar archive"),
    "7z": ("archive 7z", "7z archive"),
    "rar": ("archive RAR", "RAR archive"),
    "xlsx": ("classeur Excel (XLSX)", "Excel workbook (XLSX)"),
    "xlsb": ("classeur Excel binaire (XLSB)", "binary Excel workbook (XLSB)"),
    "xls": ("classeur Excel 97 (XLS)", "Excel 97 workbook (XLS)"),
    "ods": ("classeur OpenDocument (ODS)", "OpenDocument workbook (ODS)"),
    "parquet": ("fichier Parquet", "Parquet file"),
    "sqlite": ("base SQLite", "SQLite database"),
    "access": ("base Microsoft Access", "Microsoft Access database"),
    # compressed or archived in a way that is not read
    "compress": ("fichier compressé par « compress » (.Z)", "file compressed with “compress” (.Z)"),
    "lz4": ("fichier LZ4", "LZ4 file"),
    "snappy": ("fichier Snappy", "Snappy file"),
    "lzip": ("fichier lzip", "lzip file"),
    "lzop": ("fichier lzop", "lzop file"),
    "cab": ("archive Cabinet de Windows (.cab)", "Windows Cabinet archive (.cab)"),
    "arj": ("archive ARJ", "ARJ archive"),
    "lzh": ("archive LHA", "LHA archive"),
    "ar": ("archive ar", "ar archive"),
    "cpio": ("archive cpio", "cpio archive"),
    "iso": ("image de disque (ISO 9660)", "disc image (ISO 9660)"),
    # encrypted
    "openssl": ("fichier chiffré par OpenSSL", "file encrypted with OpenSSL"),
    "pgp": ("message chiffré PGP", "PGP encrypted message"),
    "age": ("fichier chiffré par age", "file encrypted with age"),
    "luks": ("volume chiffré LUKS", "LUKS encrypted volume"),
    "keepass": ("base KeePass", "KeePass database"),
    # databases, backups, tables
    "xtrabackup": ("sauvegarde XtraBackup de MySQL", "XtraBackup backup of MySQL"),
    "oracle_dump": ("export Oracle (.dmp)", "Oracle export (.dmp)"),
    "mongodump": ("archive mongodump", "mongodump archive"),
    "duckdb": ("base DuckDB", "DuckDB database"),
    "myisam": ("index MyISAM de MySQL", "MyISAM index of MySQL"),
    "pst": ("boîte aux lettres Outlook (PST)", "Outlook mailbox (PST)"),
    "evtx": ("journal d'événements de Windows (EVTX)", "Windows event log (EVTX)"),
    "arrow": ("fichier Arrow", "Arrow file"),
    "feather": ("fichier Feather", "Feather file"),
    "orc": ("fichier ORC", "ORC file"),
    "avro": ("fichier Avro", "Avro file"),
    "hdf5": ("fichier HDF5", "HDF5 file"),
    "sas": ("table SAS", "SAS table"),
    "spss": ("table SPSS", "SPSS table"),
    "stata": ("table Stata", "Stata table"),
    "dbf": ("table dBASE ou FoxPro (DBF)", "dBASE or FoxPro table (DBF)"),
    "r": ("fichier de données R", "R data file"),
    "numpy": ("tableau NumPy", "NumPy array"),
    "pickle": ("fichier pickle de Python", "Python pickle"),
    "ole": ("conteneur OLE de Microsoft", "Microsoft OLE container"),
    # documents
    "pdf": ("PDF", "PDF"),
    "png": ("image PNG", "PNG image"),
    "jpeg": ("image JPEG", "JPEG image"),
    "gif": ("image GIF", "GIF image"),
    "tiff": ("image TIFF", "TIFF image"),
    "bmp": ("image BMP", "BMP image"),
    "webp": ("image WebP", "WebP image"),
    "heic": ("image HEIC", "HEIC image"),
    "dicom": ("image médicale DICOM", "DICOM medical image"),
    "rtf": ("texte RTF", "RTF text"),
    "postscript": ("PostScript", "PostScript"),
    "djvu": ("DjVu", "DjVu"),
    "audio": ("enregistrement sonore", "sound recording"),
    "video": ("vidéo", "video"),
    "docx": ("texte Word (DOCX)", "Word text (DOCX)"),
    "doc": ("texte Word (DOC)", "Word text (DOC)"),
    "pptx": ("présentation PowerPoint (PPTX)", "PowerPoint presentation (PPTX)"),
    "ppt": ("présentation PowerPoint (PPT)", "PowerPoint presentation (PPT)"),
    "odt": ("texte OpenDocument (ODT)", "OpenDocument text (ODT)"),
    "odp": ("présentation OpenDocument (ODP)", "OpenDocument presentation (ODP)"),
    "msg": ("message Outlook (MSG)", "Outlook message (MSG)"),
}
# format → (what it is, what to do), in French and in English, where there is more to say
REASONS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "pg_custom": (
        ("archive pg_dump (format custom)", "convertissez-la par « pg_restore -f dump.sql FICHIER »"),
        ("pg_dump archive (custom format)", "convert it with “pg_restore -f dump.sql FILE”"),
    ),
    "pg_directory": (
        ("sommaire d'une archive pg_dump (format dossier)", "convertissez-la par « pg_restore -f dump.sql DOSSIER »"),
        (
            "contents of a pg_dump archive (directory format)",
            "convert it with “pg_restore -f dump.sql FOLDER”",
        ),
    ),
    "pg_tar": (
        ("sommaire d'une archive pg_dump (format tar)", "convertissez-la par « pg_restore -f dump.sql FICHIER.tar »"),
        ("contents of a pg_dump archive (tar format)", "convert it with “pg_restore -f dump.sql FILE.tar”"),
    ),
    "office_encrypted": (
        ("classeur protégé par un mot de passe", "enregistrez-en une copie sans mot de passe"),
        ("workbook protected by a password", "save a copy without password"),
    ),
    "parquet_encrypted": (
        ("fichier Parquet chiffré", "déchiffrez-le d'abord"),
        ("encrypted Parquet file", "decrypt it first"),
    ),
    "mssql_backup": (
        ("sauvegarde SQL Server (.bak)", "restaurez-la puis exportez les tables en CSV ou en script SQL"),
        ("SQL Server backup (.bak)", "restore it, then export the tables as CSV or as a SQL script"),
    ),
    "pickle": (
        ("fichier pickle de Python", "le lire exécuterait du code : exportez la table en CSV"),
        ("Python pickle", "to read it would run code: export the table as CSV"),
    ),
    "program": (("programme", "un programme n'est jamais exécuté ni lu"), ("program", "programs are not read or run")),
}
DOCUMENT = (
    ("document sans table ({kind})", "exportez ses tables en CSV ou en classeur"),
    ("document without tables ({kind})", "export its tables as CSV or as a workbook"),
)
PACKED = (
    ("{kind}, qui n'est pas pris en charge", "décompressez-le et donnez les fichiers qu'il contient"),
    ("{kind}, which is not supported", "unpack it and give the files that it holds"),
)
ENCRYPTED = (("{kind}", "déchiffrez-le d'abord"), ("{kind}", "decrypt it first"))
BINARY = (
    ("{kind}, dont le format n'est pas pris en charge", "exportez la table en CSV"),
    ("{kind}, a format which is not supported", "export the table as CSV"),
)
GROUPS = {
    **dict.fromkeys(("compress", "lz4", "snappy", "lzip", "lzop", "cab", "arj", "lzh", "ar", "cpio", "iso"), PACKED),
    **dict.fromkeys(("openssl", "pgp", "age", "luks", "keepass"), ENCRYPTED),
}


def refusal(blob: Blob, kind: str) -> UnreadableSource:
    """The error for a format that no reader takes."""
    from breachkit.reading.formats import DOCUMENTS

    french, english = REASONS.get(kind) or GROUPS.get(kind) or (DOCUMENT if kind in DOCUMENTS else BINARY)
    name, name_en = NAMES.get(kind, ("fichier binaire", "binary file"))
    (what, do), (what_en, do_en) = french, english
    return blob.unreadable(f"{what.format(kind=name)} ; {do}.", f"{what_en.format(kind=name_en)}; {do_en}.")

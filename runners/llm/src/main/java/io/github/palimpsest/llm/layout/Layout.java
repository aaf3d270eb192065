package io.github.palimpsest.llm.layout;

/**
 * How the records of a source are laid out, apart from their format.
 *
 * @param columns the columns that stand for keys of the format
 * @param onBadRecord what becomes of the source if a record cannot be read
 */
public record Layout(Columns columns, OnBadRecord onBadRecord) {
  /** Columns have the names of keys, and a bad record fails. */
  public static final Layout USUAL = new Layout(Columns.SAME, OnBadRecord.FAIL);

  /** Whether bad records are left out. */
  public boolean skips() {
    return onBadRecord == OnBadRecord.SKIP;
  }
}

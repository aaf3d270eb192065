package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for data formats. */
public enum FormatRule implements Rule {
  /**
   * A format names at least one key; its example is a JSON object that has them all and none that
   * the format does not name.
   */
  FMT_01(
      must(
          "FMT-01",
          "A format names at least one key; its example is a JSON object that has them all and none"
              + " that the format does not name.",
          "keys(), optionalKeys() and example(): one of them was changed and the others were not")),
  /**
   * Reading is a pure function of the record: the same record gives the same example, whatever was
   * read before.
   */
  FMT_02(
      must(
          "FMT-02",
          "Reading is a pure function of the record: the same record gives the same example,"
              + " whatever was read before.",
          "a field that read writes to; a set without order")),
  /** What a format makes of its example is of the kind that it says and has something to learn. */
  FMT_03(
      must(
          "FMT-03",
          "What a format makes of its example is of the kind that it says and has something to"
              + " learn.",
          "gives(), and an example without an answer")),
  /**
   * A key that is missing or null, and a value of another type, is refused with an exception that
   * names the key.
   */
  FMT_04(
      must(
          "FMT-04",
          "A key that is missing or null, and a value of another type, is refused with an exception"
              + " that names the key.",
          "values that are read by casts instead of by the methods of DataRecord, which refuse by"
              + " name")),
  /**
   * Nothing under its keys is ignored: another text there is in what the format gives, or is
   * refused by name; another number or truth value gives something else, or is refused.
   */
  FMT_05(
      must(
          "FMT-05",
          "Nothing under its keys is ignored: another text there is in what the format gives, or is"
              + " refused by name; another number or truth value gives something else, or is"
              + " refused.",
          "a key that is named and not read; a turn or a role that is passed over")),
  /**
   * A format asks for no key that it does not name, and what stands under other keys changes
   * nothing.
   */
  FMT_06(
      must(
          "FMT-06",
          "A format asks for no key that it does not name, and what stands under other keys changes"
              + " nothing.",
          "keys() and optionalKeys() lack a key that read asks for")),
  /**
   * A record of the format is recognised as its own: its example has not all keys of a format of
   * this project, unless it needs more keys itself.
   */
  FMT_07(
      must(
          "FMT-07",
          "A record of the format is recognised as its own: its example has not all keys of a"
              + " format of this project, unless it needs more keys itself.",
          "keys(): name all that the records always have, or ask for the format to be stated"));

  private final RuleText text;

  FormatRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}

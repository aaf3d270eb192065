package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.tck.rule.FormatRule;
import io.github.palimpsest.tck.rule.SpiRule;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FormatMutantsTest {
  private static final List<String> PAIR = List.of("source", "target");
  private static final String EXAMPLE = "{\"source\": \"two cats\", \"target\": \"zwei Katzen\"}";
  private static final String GRADED =
      "{\"source\": \"two cats\", \"target\": \"zwei Katzen\", \"grade\": 3}";

  /** A format that is told all. */
  private record Made(
      DataFormat.Source source,
      DataFormat.Gives gives,
      List<String> keys,
      List<String> optionalKeys,
      String example,
      Function<DataRecord, TextExample> reader)
      implements DataFormat {
    Made(List<String> keys, String example, Function<DataRecord, TextExample> reader) {
      this(Source.RECORDS, Gives.ANSWERS, keys, List.of(), example, reader);
    }

    @Override
    public TextExample read(DataRecord record) {
      return reader.apply(record);
    }
  }

  private static Stub.OfFormat format(DataFormat made) {
    return new Stub.OfFormat(s -> made);
  }

  private static Stub.OfFormat pairs(Function<DataRecord, TextExample> reader) {
    return format(new Made(PAIR, EXAMPLE, reader));
  }

  private static TextExample pair(DataRecord r) {
    return TextExample.answer(r.text("source") + " = ", r.text("target"));
  }

  /** Takes any value for a text. */
  private static String loose(DataRecord r, String key) {
    try {
      return r.text(key);
    } catch (io.github.palimpsest.api.PalimpsestException e) {
      return "";
    }
  }

  private static List<Mutant> mutants() {
    AtomicInteger count = new AtomicInteger();
    Function<DataRecord, TextExample> counting =
        r -> TextExample.answer(count.incrementAndGet() + r.text("source"), r.text("target"));
    return List.of(
        new Mutant(
            FormatRule.FMT_01,
            "no key",
            format(new Made(List.of(), EXAMPLE, FormatMutantsTest::pair)),
            "keys() that names none"),
        new Mutant(
            FormatRule.FMT_01,
            "an example without a key",
            format(
                new Made(List.of("source", "target", "grade"), EXAMPLE, FormatMutantsTest::pair))),
        new Mutant(
            FormatRule.FMT_01,
            "an example with a key that is not named",
            format(new Made(PAIR, GRADED, FormatMutantsTest::pair))),
        new Mutant(
            FormatRule.FMT_01,
            "an example that is no JSON",
            format(new Made(PAIR, "source, target", FormatMutantsTest::pair)),
            "a JSON object"),
        new Mutant(
            FormatRule.FMT_02, "a number for each record", pairs(counting), "state between calls"),
        new Mutant(
            FormatRule.FMT_03,
            "text for answers",
            pairs(r -> TextExample.text(r.text("source") + r.text("target")))),
        new Mutant(
            FormatRule.FMT_03,
            "nothing to learn",
            pairs(r -> TextExample.turns().context(r.text("source") + r.text("target")).end()),
            "a target that is not empty"),
        new Mutant(
            FormatRule.FMT_04,
            "nothing for a key that is missing",
            pairs(r -> TextExample.answer(r.optionalText("source").orElse(""), r.text("target"))),
            "without 'source'"),
        new Mutant(
            FormatRule.FMT_04,
            "nothing for a number",
            pairs(
                r -> {
                  r.keys().stream().filter(PAIR::contains).filter(r::has).count();
                  if (!r.has("source") || !r.has("target")) {
                    return pair(r);
                  }
                  return TextExample.answer(loose(r, "source"), r.text("target"));
                }),
            "a value of one type read as another"),
        new Mutant(
            FormatRule.FMT_04,
            "an exception for programmers",
            pairs(
                r -> {
                  if (!r.has("target")) {
                    throw new IllegalStateException("no target");
                  }
                  return pair(r);
                }),
            "a cast that was not checked"),
        new Mutant(
            FormatRule.FMT_04,
            "a refusal without the key",
            pairs(
                r -> {
                  if (!r.has("target")) {
                    throw r.problem("something is missing");
                  }
                  return pair(r);
                }),
            "something is missing"),
        new Mutant(
            FormatRule.FMT_05,
            "a text that is checked and dropped",
            pairs(
                r -> {
                  r.text("source");
                  return TextExample.answer("", r.text("target"));
                }),
            "a text that is dropped silently"),
        new Mutant(
            FormatRule.FMT_05,
            "a number that is checked and dropped",
            format(
                new Made(
                    List.of("source", "target", "grade"),
                    GRADED,
                    r -> {
                      r.integer("grade", 0, 9);
                      return pair(r);
                    })),
            "another example, or a refusal"),
        new Mutant(
            FormatRule.FMT_06,
            "an optional key that is not named",
            pairs(
                r ->
                    TextExample.answer(
                        r.optionalText("hint").orElse("") + r.text("source"), r.text("target"))),
            "an optional key that is not in optionalKeys()"),
        new Mutant(
            FormatRule.FMT_06,
            "a sum over all keys",
            pairs(r -> TextExample.answer(r.keys().size() + r.text("source"), r.text("target"))),
            "another key"),
        new Mutant(
            FormatRule.FMT_07,
            "the key of all texts",
            format(
                new Made(
                    List.of("body"),
                    "{\"body\": \"a\", \"text\": \"b\"}",
                    r -> TextExample.answer(r.text("body"), r.text("text")))),
            "the keys by which another format is recognised"),
        new Mutant(SpiRule.SPI_03, "a format that is handed out again", pairs(counting)));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(mutants(), List.of(FormatRule.values()));
  }

  private static void keepsEveryRule(DataFormat made, Outcome recognised) {
    assertThat(Certification.here(Subject.of(format(made))).verdicts())
        .filteredOn(v -> !(v.rule() instanceof SpiRule))
        .hasSize(FormatRule.values().length)
        .allSatisfy(
            v ->
                assertThat(v.outcome())
                    .as(v.text())
                    .isEqualTo(v.rule() == FormatRule.FMT_07 ? recognised : Outcome.PASSED));
  }

  @Test
  void formats_of_each_kind_keep_every_rule() {
    keepsEveryRule(new Made(PAIR, EXAMPLE, FormatMutantsTest::pair), Outcome.PASSED);
    keepsEveryRule(
        new Made(
            DataFormat.Source.TEXT,
            DataFormat.Gives.TEXT,
            List.of("text"),
            List.of(),
            "{\"text\": \"Once.\"}",
            r -> TextExample.textAt("text")),
        Outcome.NOT_APPLICABLE);
    keepsEveryRule(
        new Made(
            DataFormat.Source.RECORDS,
            DataFormat.Gives.CHOICES,
            List.of("stem", "options", "right"),
            List.of("hint"),
            "{\"stem\": \"1 + 1 =\", \"options\": [\"1\", \"2\"], \"right\": 1, \"hint\":"
                + " \"even\"}",
            r ->
                TextExample.choice(
                    r.optionalText("hint").map(h -> h + ". ").orElse("") + r.text("stem"),
                    r.texts("options"),
                    (int) r.integer("right", 0, 1))),
        Outcome.PASSED);
  }
}

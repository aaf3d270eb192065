package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.FormatRule.FMT_01;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_02;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_03;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_04;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_05;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_06;
import static io.github.palimpsest.tck.rule.FormatRule.FMT_07;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.ChangedRecord;
import io.github.palimpsest.tck.rule.Rule;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checks of data formats, on their example and changed copies of it. No graph is needed. */
final class FormatChecks implements KindChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWN_PACKAGES = "io.github.palimpsest.";

  /** A text that no example has. */
  private static final String MARK = "Quetzal";

  private static final String LONG =
      (MARK + " Äpfel, 鯨 und \uD83D\uDC0B.  Ends\n").repeat(200) + MARK;

  /** A key that no format names. */
  private static final String OTHER_KEY = "tck-other-key";

  /** The keys by which this project's formats of records are recognised. */
  private static final List<Set<String>> RESERVED =
      List.of(
          Set.of("messages"),
          Set.of("query", "choices"),
          Set.of("instruction", "output"),
          Set.of("prompt", "response"),
          Set.of("sentence"),
          Set.of("text"));

  private final Subject<DataFormat> subject;

  FormatChecks(Subject<DataFormat> subject) {
    this.subject = subject;
  }

  @Override
  public Map<Rule, Trial> trials() {
    return Map.of(
        FMT_01, this::exampleFitsTheKeys,
        FMT_02, this::readingIsPure,
        FMT_03, this::givesWhatItSays,
        FMT_04, this::refusesByKey,
        FMT_05, this::ignoresNothing,
        FMT_06, this::asksForItsOwnKeys,
        FMT_07, this::isRecognised);
  }

  @Override
  public String behaviour() {
    DataFormat format = subject.create();
    Map<String, Object> example = example(format);
    StringBuilder all = new StringBuilder();
    all.append(format.keys()).append(format.optionalKeys()).append(format.gives());
    all.append(outcome(format, example));
    marked(example).forEach(changed -> all.append(outcome(format, changed.record())));
    return all.append(outcome(format, example)).toString();
  }

  /**
   * A runner may give a format more than a record, such as the chat template of a model, which the
   * kit lacks; so what a format that is a record is made of counts too.
   */
  @Override
  public List<Supplier<String>> effects() {
    return List.of(
        this::behaviour, () -> subject.create() instanceof Record made ? made.toString() : "");
  }

  private static Map<String, Object> example(DataFormat format) {
    String text = format.example();
    try {
      return JSON.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new BrokenRule(
          new Finding("example()", "a JSON object", text + ": " + e.getOriginalMessage()));
    }
  }

  /** A copy of the example with every text replaced. */
  private static List<ChangedRecord> marked(Map<String, Object> example) {
    return ChangedRecord.all(
        example, v -> v instanceof String ? Optional.of(MARK) : Optional.empty());
  }

  /** The whole result of the format, with the text of its field filled in. */
  private static String read(DataFormat format, Map<String, ?> values) {
    DataRecord record = DataRecord.of(values);
    TextExample example = format.read(record);
    return example.field().map(key -> example + " " + record.text(key)).orElse("" + example);
  }

  /** The result, or the refusal. */
  private static String outcome(DataFormat format, Map<String, ?> values) {
    try {
      return read(format, values);
    } catch (PalimpsestException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static boolean isRefused(DataFormat format, ChangedRecord changed) {
    try {
      read(format, changed.record());
      return false;
    } catch (PalimpsestException e) {
      return true;
    }
  }

  private static String outcome(DataFormat format, ChangedRecord changed, String expected) {
    return Expect.given("" + changed, expected, () -> outcome(format, changed.record()));
  }

  private void exampleFitsTheKeys() {
    DataFormat format = subject.create();
    Set<String> found = new TreeSet<>(example(format).keySet());
    List<String> keys = format.keys();
    Set<String> named = new TreeSet<>(keys);
    named.addAll(format.optionalKeys());
    Expect.that(
        !keys.isEmpty() && found.containsAll(keys) && named.containsAll(found),
        () ->
            new Finding(
                "example() " + format.example(),
                "at least one key; all of " + keys + ", and no key outside " + named,
                "" + found,
                keys.isEmpty() ? "keys() that names none" : ""));
  }

  private void readingIsPure() {
    DataFormat format = subject.create();
    Map<String, Object> example = example(format);
    String first = read(format, example);
    equal("its example, read twice", first, read(format, example));
    marked(example).forEach(changed -> outcome(format, changed.record()));
    equal("its example, read again after other records", first, read(format, example));
    equal("its example, read by another object", first, read(subject.create(), example));
  }

  private static void equal(String fixture, String expected, String actual) {
    Expect.that(
        expected.equals(actual),
        () -> new Finding(fixture, expected, actual, "state between calls"));
  }

  private void givesWhatItSays() {
    DataFormat format = subject.create();
    DataRecord record = DataRecord.of(example(format));
    TextExample example = format.read(record);
    Expect.that(
        example.gives() == format.gives(),
        () -> new Finding("its example", "" + format.gives(), "" + example));
    boolean learnable =
        example.choice().isPresent()
            || example.field().filter(key -> !record.text(key).isBlank()).isPresent()
            || example.parts().stream()
                .anyMatch(p -> p.role() != TextExample.Role.CONTEXT && !p.text().isBlank());
    Expect.that(
        learnable, () -> new Finding("its example", "a target that is not empty", "" + example));
  }

  private void refusesByKey() {
    DataFormat format = subject.create();
    Map<String, Object> example = example(format);
    for (String key : format.keys()) {
      Map<String, @Nullable Object> without = new LinkedHashMap<>(example);
      without.remove(key);
      refused(format, "its example without '" + key + "'", key, without);
      without.put(key, null);
      refused(format, "its example with null at '" + key + "'", key, without);
    }
    ChangedRecord.all(example, v -> Optional.of(v instanceof String ? (Object) 7 : MARK))
        .forEach(changed -> refused(format, "" + changed, changed.key(), changed.record()));
  }

  private static void refused(
      DataFormat format, String fixture, String key, Map<String, ?> values) {
    String expected = "a PalimpsestException that names '" + key + "'";
    try {
      String given = read(format, values);
      throw new BrokenRule(
          new Finding(fixture, expected, given, "a value of one type read as another"));
    } catch (PalimpsestException e) {
      String message = String.valueOf(e.getMessage());
      Expect.that(message.contains("'" + key + "'"), () -> new Finding(fixture, expected, message));
    } catch (BrokenRule e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BrokenRule(
          new Finding(fixture, expected, "it throws ", "a cast that was not checked"), e);
    }
  }

  private void ignoresNothing() {
    DataFormat format = subject.create();
    Map<String, Object> example = example(format);
    String expected = "'" + MARK + "' in the result, or a refusal that names it";
    for (ChangedRecord changed : marked(example)) {
      String outcome = outcome(format, changed, expected);
      Expect.that(
          outcome.contains(MARK),
          () -> new Finding("" + changed, expected, outcome, "a text that is dropped silently"));
    }
    // as long as a document, of letters that take one to four bytes
    for (ChangedRecord changed :
        ChangedRecord.all(
            example, v -> v instanceof String ? Optional.of(LONG) : Optional.empty())) {
      String outcome = outcome(format, changed, "the whole text in the result, or a refusal");
      Expect.that(
          outcome.contains(LONG) || isRefused(format, changed),
          () ->
              new Finding(
                  "a text of " + LONG.length() + " characters at '" + changed.key() + "'",
                  "the whole text in the result, or a refusal",
                  outcome.length() + " characters without it",
                  "a text that is cut, or whose letters change"));
    }
    String first = read(format, example);
    for (ChangedRecord changed : ChangedRecord.all(example, FormatChecks::another)) {
      String outcome = outcome(format, changed, "another example, or a refusal");
      Expect.that(
          !outcome.equals(first),
          () -> new Finding("" + changed, "another example, or a refusal", outcome));
    }
  }

  private static Optional<Object> another(Object value) {
    if (value instanceof Boolean flag) {
      return Optional.of(!flag);
    }
    return value instanceof Number n ? Optional.of(n.intValue() == 0 ? 1 : 0) : Optional.empty();
  }

  /** A record that notes which keys were read. */
  private static final class Asked extends AbstractMap<String, Object> {
    private final Map<String, Object> values;
    private final Set<String> asked = new TreeSet<>();

    Asked(Map<String, Object> values) {
      this.values = values;
    }

    @Override
    public @Nullable Object get(Object key) {
      asked.add(String.valueOf(key));
      return values.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
      asked.add(String.valueOf(key));
      return values.containsKey(key);
    }

    @Override
    public Set<String> keySet() {
      return values.keySet();
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
      return values.entrySet();
    }
  }

  private void asksForItsOwnKeys() {
    DataFormat format = subject.create();
    Map<String, Object> example = example(format);
    Asked record = new Asked(example);
    String first = read(format, record);
    Set<String> unnamed = new TreeSet<>(record.asked);
    unnamed.removeAll(format.keys());
    unnamed.removeAll(format.optionalKeys());
    Expect.that(
        unnamed.isEmpty(),
        () ->
            new Finding(
                "its example",
                "it is asked for " + format.keys() + " and " + format.optionalKeys() + " alone",
                "also for " + unnamed,
                "an optional key that is not in optionalKeys()"));
    Map<String, Object> more = new LinkedHashMap<>(example);
    more.put(OTHER_KEY, MARK);
    String fixture = "its example with another key, '" + OTHER_KEY + "'";
    String given = Expect.given(fixture, first, () -> outcome(format, more));
    Expect.that(given.equals(first), () -> new Finding(fixture, first, given));
  }

  private void isRecognised() {
    DataFormat format = subject.create();
    NotApplicable.unless(format.source() == DataFormat.Source.RECORDS, Feature.RECORDS);
    boolean own = subject.provider().declaredIn().getName().startsWith(OWN_PACKAGES);
    Set<String> keys = new TreeSet<>(format.keys());
    Set<String> found = example(format).keySet();
    for (Set<String> reserved : RESERVED) {
      boolean itself = own && keys.equals(reserved);
      Expect.that(
          itself || !found.containsAll(reserved) || reserved.size() < keys.size(),
          () ->
              new Finding(
                  "example() " + format.example(),
                  "more than "
                      + reserved.size()
                      + " keys() where it has "
                      + String.join(" and ", new TreeSet<>(reserved)),
                  "" + keys,
                  "the keys by which another format is recognised"));
    }
  }
}

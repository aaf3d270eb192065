package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.llm.score.Spaces;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/**
 * Whether a part of a generated answer equals an expected answer, after both are made alike.
 *
 * @param find finds the part: its first group that is not empty, or else the whole match; empty for
 *     the whole answer
 * @param last whether the last match is taken, not the first
 * @param ignored what is removed from both, in order
 * @param ignoreCase whether upper and lower case are alike
 * @param ignorePunctuation whether ASCII punctuation is removed from both
 */
public record ExtractedMatch(
    Optional<Search> find,
    boolean last,
    List<Search> ignored,
    boolean ignoreCase,
    boolean ignorePunctuation)
    implements AnswerMeasure {
  /** What the harness compares when nothing is found. */
  static final String NOTHING = "[invalid]";

  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  /** Copies the list. */
  public ExtractedMatch {
    ignored = List.copyOf(ignored);
  }

  @Override
  public ItemScore score(GeneratedAnswer answer) {
    String given = alike(extracted(answer.text()));
    return ItemScore.of(answer.expected().stream().anyMatch(e -> alike(e).equals(given)) ? 1 : 0);
  }

  /** The part of an answer that is compared. */
  String extracted(String text) {
    return find.map(f -> Spaces.strip(f.guarded(() -> found(f, text))))
        .orElseGet(() -> Spaces.strip(text));
  }

  private String found(Search search, String text) {
    Matcher m = search.matcher(text);
    String found = NOTHING;
    while (m.find()) {
      found =
          m.groupCount() == 0
              ? m.group()
              : IntStream.rangeClosed(1, m.groupCount())
                  .mapToObj(m::group)
                  .filter(g -> g != null && !g.isEmpty())
                  .findFirst()
                  .orElse(NOTHING);
      if (!last) {
        break;
      }
    }
    return found;
  }

  private String alike(String text) {
    String alike = text;
    for (Search search : ignored) {
      alike = new TextEdit.ReplaceMatches(search, "").of(alike);
    }
    alike = ignoreCase ? alike.toLowerCase(Locale.ROOT) : alike;
    if (ignorePunctuation) {
      StringBuilder kept = new StringBuilder();
      alike.codePoints().filter(c -> PUNCTUATION.indexOf(c) < 0).forEach(kept::appendCodePoint);
      alike = kept.toString();
    }
    return alike;
  }
}

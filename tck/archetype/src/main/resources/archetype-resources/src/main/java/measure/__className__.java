package ${package};

import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.measure.MeasureProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The F1 of the words of a generated answer, against the expected answer that suits it best. */
final class ${className} implements AnswerMeasure {
  /** The measure as a plugin offers it: {@code measure: ${id}} in an experiment file. */
  static final MeasureProvider PROVIDER =
      MeasureProvider.of(
              "${id}",
              "F1 of the words of a generated answer",
              "mean of 2 common / (words of the answer + words expected)",
              "Rajpurkar et al. 2016, arXiv:1606.05250")
          .creates(s -> new ${className}());

  @Override
  public String unit() {
    return ""; // a share from 0 to 1
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public double best() {
    return 1;
  }

  @Override
  public ItemScore score(GeneratedAnswer answer) {
    List<String> given = words(answer.text());
    return ItemScore.of(
        answer.expected().stream().mapToDouble(e -> f1(given, words(e))).max().orElse(0));
  }

  private static double f1(List<String> given, List<String> expected) {
    List<String> left = new ArrayList<>(expected);
    long common = given.stream().filter(left::remove).count();
    int all = given.size() + expected.size();
    return all == 0 ? 1 : 2.0 * common / all;
  }

  private static List<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}-]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}

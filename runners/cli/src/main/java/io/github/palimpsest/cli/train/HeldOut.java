package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.HoldOut;
import io.github.palimpsest.llm.text.Overlap;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The documents to train on and those that are held out.
 *
 * @param training the documents to train on
 * @param counts the use of the records of the training data
 * @param evaluation the held-out documents; empty if there are none
 * @param evaluationCounts the use of the records of held-out data in a file of their own; else null
 */
public record HeldOut(
    List<Document> training,
    DataCounts counts,
    List<Document> evaluation,
    @Nullable DataCounts evaluationCounts) {
  private static final String DATA = "--data";
  private static final String EVAL_DATA = "--eval-data";

  /**
   * Splits the data as the options say. A share is drawn by the stream of held-out data of
   * experiments, which depends on no seed and is no stream of the training.
   *
   * @param read the documents of the training data
   * @param file reads another file in the same way
   * @throws PalimpsestException if no documents are left to train on or to hold out, or held-out
   *     documents are trained on
   */
  public static HeldOut of(
      RunOptions options, DataSource.Read read, Function<Path, DataSource.Read> file) {
    if (options.holdOut > 0) {
      return drawn(options.holdOut, read);
    }
    Path evalData = options.evalData;
    if (evalData == null) {
      return new HeldOut(read.documents(), read.counts(), List.of(), null);
    }
    DataSource.Read other = file.apply(evalData);
    List<Overlap> common =
        Overlap.between(
            new TreeMap<>(Map.of(DATA, read.documents())),
            new TreeMap<>(Map.of(EVAL_DATA, other.documents())));
    if (!common.isEmpty() && !options.allowOverlap) {
      Overlap overlap = common.get(0);
      throw new PalimpsestException(
          "%d of %d documents of --eval-data are documents of --data; the first is %s. Evaluate on"
                  .formatted(overlap.examples(), overlap.of(), overlap.first())
              + " other data, use --hold-out, or insist with --allow-overlap (rule SET-03)");
    }
    return new HeldOut(read.documents(), read.counts(), other.documents(), other.counts());
  }

  private static HeldOut drawn(double share, DataSource.Read read) {
    int all = read.documents().size();
    if (all < 2) {
      throw new PalimpsestException(
          "--hold-out needs at least 2 documents, one of them to train on, and --data has "
              + all
              + "; a plain text is one document unless --separator cuts it");
    }
    int count = (int) Math.max(1, Math.round(share * all));
    if (count == all) {
      throw new PalimpsestException(
          "--hold-out " + share + " of " + all + " documents leaves none to train on");
    }
    HoldOut.Parts parts =
        new HoldOut.Drawn(count, Streams.stream(0, "held-out", 0, 0)).split(read.documents());
    return new HeldOut(
        parts.training(),
        read.counts().heldOut(parts.evaluation().size(), parts.duplicates()),
        parts.evaluation(),
        null);
  }

  /**
   * The held-out documents, whole, in windows of a length.
   *
   * @throws PalimpsestException if no token of them can be predicted
   */
  public List<ScoredText> encoded(TextTokenizer tokenizer, int length) {
    if (evaluation.isEmpty()) {
      return List.of();
    }
    List<ScoredText> texts =
        ScoredText.of(
            ExampleEncoder.whole(tokenizer).encode("held-out", evaluation), length, length - 1);
    if (texts.isEmpty()) {
      throw new PalimpsestException("the held-out data have no token to predict");
    }
    return texts;
  }
}

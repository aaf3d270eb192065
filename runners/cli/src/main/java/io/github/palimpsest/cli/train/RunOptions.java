package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.SavedType;
import io.github.palimpsest.cli.terminal.TrainingProgress;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.RecordSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What happens while a model is trained: evaluation, checkpoints, output. */
public final class RunOptions {
  @Option(
      names = "--eval-data",
      paramLabel = "FILE",
      description = "held-out data, read as --data is; their loss is measured during training")
  @Nullable Path evalData;

  @Option(
      names = "--hold-out",
      converter = Ranged.Part.class,
      paramLabel = "SHARE",
      description = "instead of --eval-data, a share of --data to hold out, for example 0.1")
  double holdOut;

  @Option(
      names = "--eval-every",
      converter = Ranged.Steps.class,
      paramLabel = "N",
      description = "steps between evaluations; default: only before and after the training")
  long evalEvery;

  @Option(
      names = "--allow-overlap",
      description = "evaluate although documents of --eval-data are trained on")
  boolean allowOverlap;

  @Option(
      names = "--keep-best",
      description = "save the weights with the lowest held-out loss, and the last ones in OUT/last")
  boolean keepBest;

  @Option(
      names = "--stop-after",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "stop after N evaluations without improvement, and save as --keep-best does")
  int stopAfter;

  @Option(
      names = "--min-improvement",
      converter = Ranged.AtLeastZero.class,
      paramLabel = "X",
      description = "for --stop-after: a smaller decrease of the loss is none; default: 0")
  double minImprovement;

  @Option(
      names = "--save-every",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "steps between checkpoints in OUT.unfinished; default: one after Ctrl-C only")
  int saveEvery;

  @Option(
      names = "--resume",
      description = "continue the unfinished training to --out, with the same options")
  boolean resume;

  @Mixin SavedType saved = new SavedType();

  @Option(
      names = "--log-every",
      converter = Ranged.Steps.class,
      paramLabel = "N",
      description = "steps between lines where there is no terminal; default: a 20th of all")
  long logEvery;

  @Option(names = "--quiet", description = "do not show steps and evaluations")
  boolean quiet;

  /** Steps between checkpoints; 0 for none. */
  public int saveEvery() {
    return saveEvery;
  }

  /** The progress of the training on standard error. */
  public TrainingProgress progress(PrintWriter err) {
    return TrainingProgress.on(err, quiet, logEvery);
  }

  /** The files of training and held-out data. */
  public List<Path> files(List<Path> data) {
    return Stream.concat(data.stream(), Optional.ofNullable(evalData).stream()).toList();
  }

  /** The source of the training data, and of the held-out data if it has one of its own. */
  public List<RecordSource> sources(RecordSource data) {
    Path other = evalData;
    return other == null ? List.of(data) : List.of(data, new FileSource(HubCache.data(other)));
  }

  /** Whether there are held-out data. */
  boolean evaluates() {
    return evalData != null || holdOut > 0;
  }

  /** Whether the weights with the lowest held-out loss are saved. */
  boolean savesBest() {
    return keepBest || stopAfter > 0;
  }

  Optional<Dtype> dtype() {
    return saved.dtype();
  }

  /**
   * Refuses options that would have no effect.
   *
   * @throws PalimpsestException naming them
   */
  public void check() {
    require(evalData == null || holdOut == 0, "either --eval-data or --hold-out, not both");
    require(!quiet || logEvery == 0, "either --quiet or --log-every, not both");
    String data = " needs held-out data: --eval-data FILE or --hold-out SHARE";
    require(evaluates() || evalEvery == 0, "--eval-every" + data);
    require(evaluates() || !keepBest, "--keep-best" + data);
    require(evaluates() || stopAfter == 0, "--stop-after" + data);
    require(stopAfter == 0 || evalEvery > 0, "--stop-after needs --eval-every");
    require(stopAfter > 0 || minImprovement == 0, "--min-improvement needs --stop-after");
    require(evalData != null || !allowOverlap, "--allow-overlap needs --eval-data");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new PalimpsestException(otherwise);
    }
  }
}

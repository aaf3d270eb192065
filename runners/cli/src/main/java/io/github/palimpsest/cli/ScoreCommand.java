package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.engine.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.TextScores;
import io.github.palimpsest.llm.text.DataFormat;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code score}: how well a model predicts texts, answers, or right choices. */
@Command(
    name = "score",
    description = "Scores a model on texts, instructions or multiple choice.",
    mixinStandardHelpOptions = true)
final class ScoreCommand implements Callable<Integer> {
  private static final int BATCH = 16;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face directory")
  Path model = Path.of("");

  @ArgGroup(exclusive = true, multiplicity = "1")
  Data data = new Data();

  /** What to score on. */
  static final class Data {
    @Option(names = "--text", paramLabel = "FILE", description = "plain text")
    @Nullable Path text;

    @Option(
        names = "--instructions",
        paramLabel = "FILE",
        description = "JSON or JSONL of instructions, prompts or chats; the responses are scored")
    @Nullable Path instructions;

    @Option(
        names = "--choices",
        paramLabel = "FILE",
        description = "JSON or JSONL with query, choices and gold")
    @Nullable Path choices;
  }

  @Mixin DocumentOptions documents = new DocumentOptions();

  @Mixin DeviceOption device = new DeviceOption();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    documents.check();
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model);
    Device where = device.present();
    try (TextTokenizer tokenizer = directory.tokenizer();
        ModelLogLikelihoods likelihoods =
            new ModelLogLikelihoods(directory.model(), adapter.weights(directory), where, BATCH)) {
      int positions = directory.model().config().maxPositions();
      ObjectNode scores =
          data.choices == null
              ? texts(likelihoods, new ExampleEncoder(tokenizer, positions))
              : choices(likelihoods, new ContinuationEncoder(tokenizer, positions), data.choices);
      print(scores);
    }
    return ExitCode.OK;
  }

  private ObjectNode texts(ModelLogLikelihoods likelihoods, ExampleEncoder encoder) {
    Path text = data.text;
    Path file = text == null ? data.instructions : text;
    if (file == null) {
      throw new IllegalStateException("one of the files is given");
    }
    DataFormat format = text == null ? DataFormat.SNIFFED : DataFormat.TEXT;
    ExampleEncoder.Encoded encoded = encoder.encode("data", documents.of(file, format));
    TextScores scores = TextScores.of(likelihoods, encoded);
    return Json.object()
        .put("nats_per_token", scores.natsPerToken().value())
        .put("bits_per_byte", scores.bitsPerByte().value())
        .put("token_accuracy", scores.tokenAccuracy().value())
        .put("tokens", (long) scores.natsPerToken().total())
        .put("bytes", (long) scores.bitsPerByte().total())
        .put("examples", encoded.examples().size())
        .put("cut", encoded.cut())
        .put("dropped", encoded.dropped());
  }

  private ObjectNode choices(
      ModelLogLikelihoods likelihoods, ContinuationEncoder encoder, Path file) {
    ChoiceScores scores = ChoiceScores.of(likelihoods, encoder, "data", documents.choices(file));
    return Json.object()
        .put("acc", scores.acc().value())
        .put("acc_norm", scores.accNorm().value())
        .put("acc_bytes", scores.accBytes().value())
        .put("examples", (long) scores.acc().total());
  }

  private void print(ObjectNode scores) {
    if (json) {
      spec.commandLine().getOut().println(Json.text(scores));
      return;
    }
    scores
        .properties()
        .forEach(
            e ->
                spec.commandLine()
                    .getOut()
                    .println(
                        e.getKey()
                            + " "
                            + (e.getValue().isDouble()
                                ? String.format(Locale.ROOT, "%.4f", e.getValue().asDouble())
                                : e.getValue().asText())));
  }
}

package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.DocumentOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.chat.ChatTemplate;
import io.github.palimpsest.llm.format.Chat;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.score.ChoiceItem;
import io.github.palimpsest.llm.score.ChoiceScores;
import io.github.palimpsest.llm.score.ContinuationEncoder;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.ScoredText;
import io.github.palimpsest.llm.score.StreamedText;
import io.github.palimpsest.llm.score.TextScores;
import io.github.palimpsest.llm.text.DataFormats;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.ExampleStore;
import io.github.palimpsest.llm.text.Exchange;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code score}: how well a model predicts texts, answers or correct choices. */
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

  /** The data to score on. */
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

  @Option(
      names = "--stride",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description =
          "for texts that are too long for the model: tokens by which each window moves on; the"
              + " tokens before them are context; default: the model's positions")
  @Nullable Integer stride;

  @Option(
      names = "--chat-turns",
      paramLabel = "HOW",
      description =
          "for chats: template (the model's, if it has one) or labels (System:, User:, Assistant:);"
              + " default: template")
  Chat.@Nullable Turns turns;

  @Mixin DocumentOptions documents = new DocumentOptions();

  @Mixin DeviceOption device = new DeviceOption();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (stride != null && data.choices != null) {
      throw new PalimpsestException("--stride applies to texts and answers, not to --choices");
    }
    if (turns != null && data.instructions == null) {
      throw new PalimpsestException("--chat-turns applies to --instructions alone");
    }
    if (data.text != null && FileSource.hasRecordsByName(data.text)) {
      throw new PalimpsestException(
          "--text is for a plain text, and '"
              + data.text
              + "' has the name of a file of records: give it by --instructions, which also scores"
              + " records with a 'text'");
    }
    if (documents.statesFormat() && data.instructions == null) {
      throw new PalimpsestException("--format applies to --instructions alone");
    }
    PluginRegistry registry = adapter.plugins.registry();
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
    Device where = device.present();
    try (TextTokenizer tokenizer = directory.tokenizer();
        ModelLogLikelihoods likelihoods =
            new ModelLogLikelihoods(
                directory.model(), adapter.weights(directory, registry), where, BATCH)) {
      int positions = directory.model().spec().positions();
      ContinuationEncoder encoder = new ContinuationEncoder(tokenizer, positions);
      ObjectNode scores =
          data.choices == null
              ? texts(likelihoods, encoder, directory, registry)
              : choices(likelihoods, encoder, data.choices);
      print(scores);
    }
    return ExitCode.OK;
  }

  private ObjectNode texts(
      ModelLogLikelihoods likelihoods,
      ContinuationEncoder encoder,
      HuggingFaceDirectory directory,
      PluginRegistry registry) {
    int step = stride(encoder.maxLength());
    DataCounts counts;
    Optional<ChatTemplate> template = Optional.empty();
    List<ScoredText> texts;
    List<StreamedText> streamed = new ArrayList<>();
    if (data.text != null) {
      DataSource.Read read =
          documents.of(data.text, DataFormats.builtIn(), Optional.of(Value.Call.word("text")));
      ExampleStore wholes = new ExampleStore();
      for (Document d : read.documents()) {
        Exchange text = d.exchanges().get(0); // a plain text has only one
        if (text.isStored()) {
          streamed.add(encoder.rolling("data/" + d.number(), text, step));
        } else {
          ScoredText whole = text(encoder, d, step);
          wholes.add(whole.whole(), whole.bytes());
        }
      }
      texts = ScoredText.of(wholes.examples(), wholes.bytes(), encoder.maxLength() + 1, step);
      counts = read.counts().chosen(read.documents().size(), read.documents().size());
    } else if (data.instructions != null) {
      DataFormats formats = DataFormats.of(registry).with(directory.chatTemplates());
      Optional<Value.Call> stated = stated(formats);
      FileSource source = new FileSource(HubCache.data(data.instructions));
      documents.requireText(List.of(source), stated);
      DataSource.Read read = documents.of(source, formats, stated);
      template = formats.template(read.documents(), stated);
      read.notes().sentences().forEach(spec.commandLine().getErr()::println);
      ExampleEncoder.Encoded whole =
          ExampleEncoder.whole(encoder.tokenizer()).encode("data", read.documents());
      texts = ScoredText.of(whole, encoder.maxLength() + 1, step);
      counts = read.counts().encoded(whole.dropped(), whole.cut(), whole.examples().size());
    } else {
      throw new IllegalStateException("one of the files is given");
    }
    tell(counts, encoder.maxLength());
    template.ifPresent(
        t -> spec.commandLine().getErr().println("chats by the model's template, " + t));
    TextScores scores = TextScores.of(likelihoods, texts, streamed);
    ObjectNode node = Json.object().put("nats_per_token", scores.natsPerToken().value());
    double bits = scores.bitsPerByte().value();
    if (Double.isFinite(bits)) {
      node.put("bits_per_byte", bits);
    } else { // every answer is empty
      node.putNull("bits_per_byte");
    }
    node.put("token_accuracy", scores.tokenAccuracy().value())
        .put("tokens", (long) scores.natsPerToken().total())
        .put("bytes", scores.bitsPerByte().bytes())
        .put("examples", texts.size() + streamed.size())
        .put("windows", scores.windows())
        .put("dropped", counts.dropped());
    template.ifPresent(t -> node.put("chat_template", t.sha256()));
    return counted(node, counts);
  }

  private Optional<Value.Call> stated(DataFormats formats) {
    if (turns == null) {
      return documents.stated(formats);
    }
    String chat = "chat(turns=" + turns + ")";
    if (documents.statesFormat()) {
      throw new PalimpsestException(
          "--chat-turns has no effect with --format: write --format \"" + chat + "\"");
    }
    return Optional.of(RecipeText.parse(chat).sum().get(0));
  }

  private void tell(DataCounts counts, int length) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(counts.text(length));
    err.flush();
  }

  /** Adds the counts of records to the JSON. */
  private ObjectNode counted(ObjectNode scores, DataCounts counts) {
    if (json) {
      ObjectNode node = scores.putObject("data");
      counts.byName().forEach(node::put);
    }
    return scores;
  }

  private static ScoredText text(ContinuationEncoder encoder, Document document, int stride) {
    String text = document.exchanges().get(0).response(); // a plain text has only one
    try {
      return encoder.rolling("data/" + document.number(), text, stride);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(document.origin() + ": " + e.getMessage(), e);
    }
  }

  private int stride(int positions) {
    if (stride != null && stride > positions) {
      throw new PalimpsestException(
          "--stride=" + stride + " must be from 1 to the model's " + positions + " positions");
    }
    return stride == null ? positions : stride;
  }

  private ObjectNode choices(
      ModelLogLikelihoods likelihoods, ContinuationEncoder encoder, Path file) {
    ChoiceItem.Read read = documents.choices(file);
    read.notes().sentences().forEach(spec.commandLine().getErr()::println);
    List<ChoiceItem> items = read.items();
    ChoiceScores.Encoded questions = ChoiceScores.encoded(encoder, "data", items);
    DataCounts counts =
        DataCounts.of(items.size() + read.notes().bad())
            .bad(read.notes().bad())
            .encoded(0, questions.cut(), items.size());
    tell(counts, encoder.maxLength());
    ChoiceScores scores = ChoiceScores.of(likelihoods.sharing(), questions);
    return counted(
        Json.object()
            .put("acc", scores.acc().value())
            .put("acc_norm", scores.accNorm().value())
            .put("acc_bytes", scores.accBytes().value())
            .put("examples", (long) scores.acc().total()),
        counts);
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

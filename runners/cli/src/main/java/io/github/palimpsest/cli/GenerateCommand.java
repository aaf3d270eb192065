package io.github.palimpsest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.option.ChatOptions;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code generate}: continues a prompt, or answers a conversation. */
@Command(
    name = "generate",
    description = "Continues a prompt, or answers a chat; greedily, unless a temperature is given.",
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face directory")
  Path model = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "the text to continue; '' begins a document; with --chat, the message to answer")
  @Nullable String prompt;

  @Mixin ChatOptions chat = new ChatOptions();

  @Option(
      names = "--max-new-tokens",
      converter = Ranged.CountOrNone.class,
      paramLabel = "N",
      defaultValue = "200",
      description = "at most this number of new tokens; default: ${DEFAULT-VALUE}")
  int maxNewTokens;

  @Option(
      names = "--temperature",
      converter = Ranged.Temperature.class,
      paramLabel = "X",
      defaultValue = "0",
      description = "0 selects the most likely token; at most 100; default: ${DEFAULT-VALUE}")
  double temperature;

  @Option(
      names = "--top-k",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "only the N most likely tokens")
  int topK;

  @Option(
      names = "--top-p",
      converter = Ranged.Share.class,
      paramLabel = "X",
      defaultValue = "1",
      description =
          "only the most likely tokens with this total probability; default: ${DEFAULT-VALUE}")
  double topP;

  @Option(
      names = "--seed",
      converter = Ranged.Seed.class,
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of all random choices; default: ${DEFAULT-VALUE}")
  long seed;

  @Mixin DeviceOption device = new DeviceOption();

  @Option(names = "--json", description = "one object")
  boolean json;

  @Mixin AdapterOptions adapter = new AdapterOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    chat.check(prompt);
    if (temperature == 0 && given("--top-k", "--top-p", "--seed")) {
      throw new PalimpsestException(
          "--top-k, --top-p and --seed need a --temperature above 0: without it, the most likely"
              + " token is selected");
    }
    Sampling sampling = new Sampling(temperature, topK, topP);
    PluginRegistry registry = adapter.plugins.registry();
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
    Set<Integer> ends = directory.endTokens();
    directory
        .generation()
        .notes(given("--temperature", "--top-k", "--top-p"), given("--max-new-tokens"))
        .forEach(note -> spec.commandLine().getErr().println("palimpsest: " + note));
    Device where = device.present();
    try (TextTokenizer tokenizer = directory.tokenizer();
        Generator generator =
            new Generator(directory.model(), adapter.weights(directory, registry), where)) {
      ChatOptions.Asked asked =
          chat.chat
              ? chat.asked(prompt, directory.chatTemplates(), tokenizer)
              : plain(tokenizer, Objects.requireNonNull(prompt));
      int[] ids = asked.ids();
      int[] added =
          generator.generate(
              ids,
              maxNewTokens,
              // a model of plain texts continues with the beginning of another text
              id -> ends.contains(id) || is(id, tokenizer.eos()) || is(id, tokenizer.bos()),
              sampling,
              Streams.stream(seed, "generate", 0, 0));
      print(tokenizer, asked, added);
    }
    return ExitCode.OK;
  }

  /** Whether one of these options is on the command line. */
  private boolean given(String... options) {
    return Stream.of(options).anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
  }

  private static boolean is(int id, OptionalInt token) {
    return token.isPresent() && token.getAsInt() == id;
  }

  private static ChatOptions.Asked plain(TextTokenizer tokenizer, String text) {
    return new ChatOptions.Asked(text, tokenizer.prompt(text), Optional.empty());
  }

  private void print(TextTokenizer tokenizer, ChatOptions.Asked asked, int[] added) {
    int[] ids = asked.ids();
    // decoded as a whole: the text of a token can depend on the tokens before it
    int[] all = IntStream.concat(IntStream.of(ids), IntStream.of(added)).toArray();
    String text = tokenizer.decode(chat.chat ? added : all);
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println(text);
      return;
    }
    ObjectNode node =
        Json.object()
            .put("prompt", asked.text())
            .put("text", text)
            .put("prompt_tokens", ids.length)
            .put("new_tokens", added.length);
    asked.template().ifPresent(t -> node.put("chat_template", t.sha256()));
    out.println(Json.text(node));
  }
}

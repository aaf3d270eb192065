package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.cli.option.AdapterOptions;
import io.github.palimpsest.cli.option.DeviceOption;
import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.terminal.EndSignals;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.serve.InferenceServer;
import io.github.palimpsest.serve.Limits;
import io.github.palimpsest.serve.ServedModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: answers requests over HTTP. */
@Command(
    name = "serve",
    description =
        "Serves a model over HTTP by the interface of OpenAI, until Ctrl-C or SIGTERM ends it.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "a Hugging Face directory; requests call the model by the folder's name")
  Path model = Path.of("");

  @Option(
      names = "--adapter",
      paramLabel = "[NAME=]DIR",
      description =
          "a folder with a PEFT adapter for this model, which becomes another model of that name;"
              + " default: the folder's name; may be repeated")
  List<String> adapters = List.of();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "the address to listen on; others than loopback need a key; default: ${DEFAULT-VALUE}")
  String host = "";

  @Option(
      names = "--port",
      converter = Ranged.Port.class,
      paramLabel = "N",
      defaultValue = "8000",
      description = "0 for any free port; default: ${DEFAULT-VALUE}")
  int port;

  @Option(
      names = "--api-key-env",
      paramLabel = "NAME",
      description = "the environment variable with the key that requests must have")
  @Nullable String keyVariable;

  @Option(
      names = "--max-body",
      converter = Ranged.Count.class,
      paramLabel = "BYTES",
      defaultValue = "16777216",
      description = "the largest body of a request; default: ${DEFAULT-VALUE}")
  int maxBody;

  @Option(
      names = "--max-waiting",
      converter = Ranged.Waiting.class,
      paramLabel = "N",
      defaultValue = "256",
      description = "the most prompts that wait for the model; default: ${DEFAULT-VALUE}")
  int maxWaiting;

  @Option(
      names = "--max-new-tokens",
      converter = Ranged.Count.class,
      paramLabel = "N",
      defaultValue = "4096",
      description = "the most new tokens of an answer; default: ${DEFAULT-VALUE}")
  int maxNewTokens;

  @Option(
      names = "--timeout",
      converter = Ranged.Seconds.class,
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "the longest time to an answer; default: ${DEFAULT-VALUE}")
  int timeout;

  @Mixin DeviceOption device = new DeviceOption();
  @Mixin PluginOptions plugins = new PluginOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    Optional<String> key = Optional.ofNullable(keyVariable).map(ServeCommand::key);
    InferenceServer.requireKey(host, key);
    List<NamedFolder> named = adapters.stream().map(ServeCommand::adapter).toList();
    PluginRegistry registry = plugins.registry();
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(model, registry);
    Device where = device.present();
    List<ServedModel> models = new ArrayList<>();
    models.add(new ServedModel(name(model), directory, directory.weights(), where));
    for (NamedFolder adapter : named) {
      models.add(
          new ServedModel(
              adapter.name(),
              directory,
              AdapterOptions.weights(adapter.folder(), directory, registry),
              where));
    }
    Limits limits = new Limits(maxBody, maxWaiting, maxNewTokens, Duration.ofSeconds(timeout));
    CountDownLatch ended = new CountDownLatch(1);
    EndSignals signals = EndSignals.to(ended::countDown);
    try (InferenceServer server = new InferenceServer(models, host, port, key, limits)) {
      server.start();
      PrintWriter err = spec.commandLine().getErr();
      models.forEach(m -> err.println("palimpsest: serving model '" + m.name() + "'"));
      models.get(0).notice().ifPresent(n -> err.println("palimpsest: " + n)); // adapters have its
      err.println("palimpsest: listening on http://" + host + ":" + server.port());
      err.flush();
      ended.await();
      err.println("palimpsest: answering the last requests");
      err.flush();
    } finally {
      signals.close();
    }
    return ExitCode.OK;
  }

  /** An adapter by the name of its model. */
  private record NamedFolder(String name, Path folder) {}

  private static NamedFolder adapter(String written) {
    int equals = written.indexOf('=');
    String name = equals < 0 ? "" : written.substring(0, equals);
    String folder = written.substring(equals + 1);
    if (folder.isBlank() || equals >= 0 && name.isBlank()) {
      throw new PalimpsestException(
          "--adapter '"
              + written
              + "' has no "
              + (folder.isBlank() ? "folder" : "name before '='")
              + ": write NAME=DIR, or DIR for the name of the folder");
    }
    Path place = Path.of(folder);
    return new NamedFolder(equals < 0 ? name(place) : name, place);
  }

  private static String key(String variable) {
    String key = System.getenv(variable);
    if (key == null || key.isBlank()) {
      throw new PalimpsestException(
          "--api-key-env: the environment variable '" + variable + "' is not set, or empty");
    }
    return key.strip();
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }
}

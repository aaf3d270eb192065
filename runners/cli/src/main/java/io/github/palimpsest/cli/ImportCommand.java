package io.github.palimpsest.cli;

import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.SavedType;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.gguf.GgufImport;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: a model file of another program, or the quickstart's, as a directory. */
@Command(
    name = "import",
    description =
        "Writes the model in a GGUF file, with its tokenizer and chat template, as a Hugging Face"
            + " directory. Quantised weights become floats. 'quickstart' in place of the file is the"
            + " tiny model of the quickstart with random weights, to try commands with.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  /** As in the first cell of the quickstart. */
  private static final long SEED = 1;

  @Parameters(index = "0", paramLabel = "FILE", description = "the GGUF file, or quickstart")
  Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "a new folder")
  Path out = Path.of("");

  @Mixin SavedType saved = new SavedType();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Dtype dtype = saved.dtype().orElse(Dtype.F32);
    if (file.equals(Path.of(Quickstart.NAME))) {
      new Quickstart(SEED).save(out, plugins.registry(), dtype);
      err.println("the model of the quickstart, a llama with random weights");
    } else {
      gguf(dtype, err);
    }
    err.println("saved in " + out);
    return ExitCode.OK;
  }

  private void gguf(Dtype dtype, PrintWriter err) {
    GgufImport.Imported imported = GgufImport.run(file, out, dtype, plugins.registry());
    err.printf(
        "%s, here %s: %d parameters; tensors by type: %s%n",
        imported.architecture(),
        imported.modelType(),
        imported.parameters(),
        imported.types().entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")));
    if (!imported.leftOut().isEmpty()) {
      err.println("without effect on the model: " + String.join(", ", imported.leftOut()));
    }
  }
}

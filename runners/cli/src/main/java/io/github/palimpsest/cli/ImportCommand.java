package io.github.palimpsest.cli;

import io.github.palimpsest.cli.option.PluginOptions;
import io.github.palimpsest.cli.option.SavedType;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.llm.gguf.GgufImport;
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

/** {@code import}: a model file of another program as a Hugging Face directory. */
@Command(
    name = "import",
    description =
        "Writes the model in a GGUF file, with its tokenizer and chat template, as a Hugging Face"
            + " directory. Quantised weights become floats.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "the GGUF file")
  Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "a new folder")
  Path out = Path.of("");

  @Mixin SavedType saved = new SavedType();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    GgufImport.Imported imported =
        GgufImport.run(file, out, saved.dtype().orElse(Dtype.F32), plugins.registry());
    PrintWriter err = spec.commandLine().getErr();
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
    err.println("saved in " + out);
    return ExitCode.OK;
  }
}

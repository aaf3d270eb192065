package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  @TempDir Path folder;
  private Path file = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void files() {
    file = Golden.copy("gguf/model_a.gguf", folder.resolve("model_a.gguf"));
    out = folder.resolve("model");
  }

  @Test
  void a_file_becomes_a_folder_and_the_command_says_what_was_in_it() {
    Command imported = Command.run("import", file, out, "--save-dtype", "bf16").ok();

    assertThat(imported.err())
        .contains("llama, here llama: 40096 parameters; tensors by type: F32 21")
        .contains("saved in " + out);
    assertThat(out.toFile().list())
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja");
  }

  @Test
  void the_model_of_the_quickstart_is_that_of_its_first_seed() {
    Command imported = Command.run("import", "quickstart", out).ok();

    assertThat(imported.err())
        .contains("the model of the quickstart, a llama with random weights", "saved in " + out);
    WeightSnapshot expected = new Quickstart(1).initialWeights();
    HuggingFaceDirectory read = HuggingFaceDirectory.open(out);
    assertThat(read.weights().names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      assertThat(read.weights().copy(name)).as(name).containsExactly(expected.copy(name));
    }
    assertThat(Command.run("import", "quickstart", out).refusal(2)).contains("already exists");
  }

  @Test
  void what_cannot_be_imported_is_refused_with_nothing_left_behind() {
    Command eight = Command.run("import", file, out, "--save-dtype", "float8");
    assertThat(eight.code()).isEqualTo(2);
    assertThat(eight.err()).contains("--save-dtype", "no type 'float8'", "known: bf16, f16, f32");
    assertThat(Command.run("import", folder.resolve("none.gguf"), out).refusal(2))
        .contains("none.gguf: no such file");
    assertThat(Command.run("import", Golden.copy("gguf/model_a.json", file), out).refusal(2))
        .contains("is not a GGUF file");
    assertThat(Command.run("import", file, folder).refusal(2)).contains("already exists");
    assertThat(folder.toFile().list()).containsExactly("model_a.gguf");
  }
}

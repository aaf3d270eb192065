package io.github.palimpsest.llm.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeftDirectoryTest {
  private static final String LORA = "{\"peft_type\":\"LORA\",\"target_modules\":[\"q_proj\"],";

  @TempDir Path folder;

  @BeforeEach
  void tensors() {
    SafetensorsWriter.write(
        folder.resolve("adapter_model.safetensors"),
        WeightSnapshot.of(Map.of("a", Shape.of(1)), Map.of("a", new float[] {1})));
  }

  private PeftAdapter open(String config) throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), config);
    return PeftDirectory.open(folder);
  }

  @Test
  void keysThatAreNullAreLeftOut() throws IOException {
    assertThat(open("{\"r\": 4, \"eva_config\": null}").config())
        .containsExactly(Map.entry("r", 4));
  }

  @Test
  void whatIsNoObjectOrHasNumbersBeyondAllIsRefused() {
    for (String[] wrong :
        new String[][] {
          {"null", "is not a JSON object"},
          {"[]", "is not a JSON object"},
          {"", "is not a JSON object"},
          {"{\"r\": 1e400}", "malformed: a number at /r is too large for 64 bits"},
          {"{\"r\": 1, \"r\": 2}", "malformed: Duplicate field 'r'"},
          {"[".repeat(100_000), "malformed: Document nesting depth (65)"}
        }) {
      assertThatThrownBy(() -> open(wrong[0]))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageStartingWith(folder.resolve("adapter_config.json") + ": ")
          .hasMessageContaining(wrong[1]);
    }
  }

  @Test
  void optionsThatAreNotHonouredAreRefusedByName() {
    for (String[] wrong :
        new String[][] {
          {"\"r\": 1e39", "'r' is 1.0E39; it must be a number"},
          {"\"r\": 2147483647", "out of range: whole number from 1 to 65536"},
          {"\"use_rslora\": \"yes\"", "'use_rslora' is yes; it must be true or false"},
          {"\"use_dora\": 1", "'use_dora' is 1; it must be true or false"},
          {"\"rank_pattern\": {\"q_proj\": \"2\"}", "'rank_pattern' is {q_proj=2}; it must have"},
          {"\"rank_pattern\": {\"q proj\": 2}", "patterns without spaces"},
          {"\"layers_to_transform\": [-1]", "'layers_to_transform' is [-1]; it must be a list"},
          {"\"modules_to_save\": [1]", "'modules_to_save' is [1]; it must be a list of names"},
          {"\"exclude_modules\": 3", "'exclude_modules' is 3; it must be a list of names"},
          {"\"bias\": \"both\"", "'bias' is both; it must be \"none\", \"all\" or \"lora_only\""},
          {"\"init_lora_weights\": \"olora\"", "'init_lora_weights' is olora, which is not"},
          {"\"init_lora_weights\": \"pissa_niter_4\"", "is pissa_niter_4, which is not supported"},
          {"\"lora_bias\": true", "'lora_bias' is true, which is not supported"},
          {"\"a_new_key\": 3", "'a_new_key' is 3, which is not supported"}
        }) {
      assertThatThrownBy(
              () -> PeftDirectory.component(Plugins.onClassPath(), open(LORA + wrong[0] + "}")))
          .as(wrong[0])
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining(wrong[1]);
    }
  }
}

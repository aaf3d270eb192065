package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.SafetensorsWriter;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceDirectoryTest {
  private static final String Q = "model.layers.0.self_attn.q_proj.weight";
  private static final String DOWN = "model.layers.0.mlp.down_proj.weight";

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copyAModel() throws IOException {
    folder =
        Golden.copy(
            Golden.json("llama/model_a.json").at("/hyper/model_dir").asText(),
            temporary.resolve("model"));
  }

  @Test
  void kernelsAreTransposedOnTheWayInAndOut() {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
    int in = directory.model().spec().feedForward().width();
    int out = directory.model().spec().width();
    assertThat(file.shape(DOWN)).isEqualTo(Shape.of(out, in));
    assertThat(directory.weights().shape(DOWN)).isEqualTo(Shape.of(in, out));
    float[] theirs = file.copy(DOWN);
    float[] ours = directory.weights().copy(DOWN);
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        assertThat(ours[i * out + o]).as("[" + i + "," + o + "]").isEqualTo(theirs[o * in + i]);
      }
    }
    assertThat(directory.weights().copy("model.embed_tokens.weight"))
        .as("tables are as in the file")
        .containsExactly(file.copy("model.embed_tokens.weight"));
  }

  @Test
  void aSavedModelIsTheSameModel() throws IOException {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Path target = temporary.resolve("saved");
    directory.save(target, directory.weights());

    assertThat(target.toFile().list())
        .containsExactlyInAnyOrder(
            "config.json", "generation_config.json", "model.safetensors", "tokenizer_config.json");
    assertThat(temporary.toFile().list()).as("no partial folder").containsOnly("model", "saved");
    assertThat(Files.readString(target.resolve("generation_config.json")))
        .isEqualTo(Files.readString(folder.resolve("generation_config.json")));
    SafetensorsFile before = SafetensorsFile.open(folder.resolve("model.safetensors"));
    SafetensorsFile after = SafetensorsFile.open(target.resolve("model.safetensors"));
    assertThat(after.names()).isEqualTo(before.names());
    for (String name : before.names()) {
      assertThat(after.shape(name)).as("shape of " + name).isEqualTo(before.shape(name));
      assertThat(after.copy(name)).as(name).containsExactly(before.copy(name));
    }
    assertThat(HuggingFaceDirectory.open(target).model().spec())
        .isEqualTo(directory.model().spec());
  }

  @Test
  void theSavedConfigurationKeepsForeignKeysAndStatesTheTypeOfItsWeights() throws IOException {
    edit(
        c -> {
          c.put("dtype", "bfloat16");
          c.put("use_cache", false);
        });
    Path target = temporary.resolve("saved");
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    directory.save(target, directory.weights());
    ObjectNode saved = StrictJson.object(target.resolve("config.json"));
    assertThat(saved.path("dtype").asText()).isEqualTo("float32");
    assertThat(saved.path("use_cache").isBoolean() && !saved.path("use_cache").asBoolean())
        .as("use_cache kept")
        .isTrue();
  }

  @Test
  void aModelIsSavedInTheTypesOfItsFilesOrInANamedOne() throws IOException {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    Path half = temporary.resolve("half");
    directory.save(half, directory.weights(), Optional.of(Dtype.BF16));
    assertThat(StrictJson.object(half.resolve("config.json")).path("dtype").asText())
        .isEqualTo("bfloat16");
    assertThat(Files.size(half.resolve("model.safetensors")))
        .as("half the bytes and the header")
        .isLessThan(Files.size(folder.resolve("model.safetensors")) * 2 / 3);
    HuggingFaceDirectory saved = HuggingFaceDirectory.open(half);
    Path again = temporary.resolve("again");
    saved.save(again, saved.weights(), Optional.empty());
    for (String file : List.of("model.safetensors", "config.json")) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(half.resolve(file));
    }
  }

  @Test
  void aFreshModelIsSavedWithAConfigurationOfItsOwn() throws IOException {
    DecoderSpec spec = SmallDecoder.of(11, 8, 12, 2, 2, 1, 4, 32).build();
    DecoderModel model = new DecoderModel(spec);
    WeightSnapshot weights = model.initialWeights(Streams.stream(5, "initial weights", 0, 0));
    Path tokenizer = Files.createDirectories(temporary.resolve("tokenizer"));
    Path target = temporary.resolve("new").resolve("model");
    FamilyConfig llama = FamilyConfig.of(Plugins.onClassPath().family("llama"));
    NewDirectory.save(target, llama, model, weights, Dtype.F32, tokenizer);

    HuggingFaceDirectory back = HuggingFaceDirectory.open(target);
    assertThat(back.model().spec()).isEqualTo(spec);
    assertThat(back.endTokens()).containsExactly(2);
    for (ParameterSpec p : model.parameters()) {
      assertThat(back.weights().copy(p.name()))
          .as(p.name())
          .containsExactly(weights.copy(p.name()));
    }
  }

  @Test
  void aCheckpointThatLeavesOutTheFirstPartOfEachNameIsTheSameModel() throws IOException {
    Path gpt2 = Golden.copy("families/gpt2", temporary.resolve("gpt2"));
    HuggingFaceDirectory whole = HuggingFaceDirectory.open(gpt2);
    SafetensorsFile file = SafetensorsFile.open(gpt2.resolve("model.safetensors"));
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    for (String name : file.names()) {
      String bare = name.replaceFirst("^transformer[.]", "");
      shapes.put(bare, file.shape(name));
      values.put(bare, file.copy(name));
    }
    Path other = Golden.copy("families/gpt2", temporary.resolve("bare"));
    SafetensorsWriter.write(other.resolve("model.safetensors"), WeightSnapshot.of(shapes, values));
    HuggingFaceDirectory bare = HuggingFaceDirectory.open(other);
    assertThat(bare.weights().names()).isEqualTo(whole.weights().names());
    for (String name : whole.weights().names()) {
      assertThat(bare.weights().copy(name)).as(name).containsExactly(whole.weights().copy(name));
    }

    shapes.remove("wpe.weight");
    SafetensorsWriter.write(
        other.resolve("model.safetensors"), WeightSnapshot.computed(shapes, values::get));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(other))
        .hasMessageContaining("tensor 'transformer.wpe.weight' is missing");
  }

  @Test
  void aModelTypeThatNoPluginReadsIsRefusedWithTheKnownOnes() throws IOException {
    edit(c -> c.put("model_type", "lama"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            folder.resolve("config.json")
                + ": no plugin here reads model_type 'lama'; known: gemma2, gemma3_text, gpt2, gpt_neox,"
                + " llama, mistral, olmo2, phi3, qwen2, qwen3, smollm3; the nearest is 'llama' of"
                + " palimpsest-llm ");
    edit(c -> c.remove("model_type"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .hasMessage(folder.resolve("config.json") + ": 'model_type' is missing");
  }

  @Test
  void anExistingFolderIsNeverOverwritten() {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    assertThatThrownBy(() -> directory.save(folder, directory.weights()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(folder + " already exists; models are saved to a new folder");
  }

  @Test
  void aFailedSaveLeavesNothingBehind() {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
    WeightSnapshot w = directory.weights();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    w.names().forEach(n -> shapes.put(n, w.shape(n)));
    WeightSnapshot broken =
        WeightSnapshot.computed(
            shapes,
            name -> {
              if (name.equals(Q)) {
                throw new IllegalStateException("lost");
              }
              return w.copy(name);
            });
    assertThatThrownBy(() -> directory.save(temporary.resolve("saved"), broken)).hasMessage("lost");
    assertThat(temporary.toFile().list()).containsExactly("model");
  }

  @Test
  void aMissingTensorIsNamed() {
    rewrite(values -> values.remove(Q));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(folder + ": tensor '" + Q + "' is missing");
  }

  @Test
  void aTensorOfTheWrongShapeIsNamedWithBothShapes() throws IOException {
    edit(c -> c.put("intermediate_size", 50));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            folder
                + ": tensor 'model.layers.0.mlp.gate_proj.weight' has shape [48, 32], but the"
                + " configuration needs [50, 32]");
  }

  @Test
  void aTensorThatNobodyReadsIsRefused() {
    rewrite(values -> values.put("score.weight", new float[] {1}));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            folder + ": tensor 'score.weight' is not used by the model that config.json describes");
    rewrite(values -> values.put("model.norm.extra", new float[] {1}));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'model.norm.extra' is not used")
        .hasMessageEndingWith(", nor are 1 others");
    rewrite(values -> values.keySet().removeIf(n -> n.equals("score.weight")));
    rewrite(
        values -> {
          values.remove("model.norm.extra");
          values.put("model.layers.0.self_attn.rotary_emb.inv_freq", new float[] {1});
        });
    HuggingFaceDirectory.open(folder); // a buffer that every reader computes
    rewrite(values -> values.put("model.layers.0.self_attn.q_proj.bias", new float[] {1}));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'model.layers.0.self_attn.q_proj.bias' is not used by the model");
  }

  @Test
  void aHeadBesideATiedEmbeddingMustBeTheSame() throws IOException {
    edit(c -> c.put("tie_word_embeddings", true));
    rewrite(
        values -> values.put("lm_head.weight", values.get("model.embed_tokens.weight").clone()));
    assertThat(HuggingFaceDirectory.open(folder).weights().names())
        .as("a copy is left out")
        .doesNotContain("lm_head.weight");
    rewrite(values -> values.get("lm_head.weight")[5] += 1);
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'tie_word_embeddings' is true, but tensor 'lm_head.weight' differs");
  }

  @Test
  void anAdapterBesideAModelIsRefused() throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("adapter_config.json: an adapter next to a model would not be used");
  }

  @Test
  void anEndTokenOutsideTheVocabularyIsRefused() throws IOException {
    for (String wrong : new String[] {"[5, 1099511627776]", "-1", "\"</s>\"", "1e9"}) {
      Files.writeString(
          folder.resolve("generation_config.json"), "{\"eos_token_id\": " + wrong + "}");
      assertThatThrownBy(() -> HuggingFaceDirectory.open(folder).endTokens())
          .as(wrong)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("'eos_token_id' has");
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Path nowhere = temporary.resolve("nowhere");
    assertThatThrownBy(() -> HuggingFaceDirectory.open(nowhere))
        .hasMessage(nowhere + ": no such model folder");
    Files.delete(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .hasMessage(folder.resolve("model.safetensors") + ": no such file");
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .hasMessage(folder.resolve("config.json") + ": no such file");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": llama}");
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": malformed: ");
  }

  @Test
  void aShardedCheckpointIsTheSameModel() throws IOException {
    float[] whole = HuggingFaceDirectory.open(folder).weights().copy(Q);
    SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
    ObjectNode map = new ObjectMapper().createObjectNode();
    for (int shard = 0; shard < 2; shard++) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      int n = 0;
      for (String name : file.names()) {
        if (n++ % 2 == shard) {
          shapes.put(name, file.shape(name));
          map.put(name, "part-" + shard + ".safetensors");
        }
      }
      SafetensorsWriter.write(
          folder.resolve("part-" + shard + ".safetensors"),
          WeightSnapshot.computed(shapes, file::copy));
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":" + map + "}");
    Files.delete(folder.resolve("model.safetensors"));
    WeightSnapshot sharded = HuggingFaceDirectory.open(folder).weights();
    assertThat(sharded.names()).isEqualTo(file.names());
    assertThat(sharded.copy(Q)).containsExactly(whole);
  }

  @Test
  void aTokenizerOfAnotherVocabularyIsRefused() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":1},\"unk_token\":\"a\"}}");
    int vocabulary =
        Golden.json(
                Golden.json("llama/model_a.json").at("/hyper/model_dir").asText() + "/config.json")
            .get("vocab_size")
            .asInt();
    assertThatThrownBy(() -> HuggingFaceDirectory.open(folder).tokenizer())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("has 2 tokens")
        .hasMessageContaining(Integer.toString(vocabulary));
  }

  @Test
  void endTokensComeFromTheGenerationConfiguration() throws IOException {
    assertThat(HuggingFaceDirectory.open(folder).endTokens()).containsExactly(1);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [5, 3]}");
    assertThat(HuggingFaceDirectory.open(folder).endTokens()).containsExactlyInAnyOrder(3, 5);
    Files.delete(folder.resolve("generation_config.json"));
    assertThat(HuggingFaceDirectory.open(folder).endTokens()).containsExactly(1);
  }

  private void edit(Consumer<ObjectNode> change) throws IOException {
    ObjectNode config = StrictJson.object(folder.resolve("config.json"));
    change.accept(config);
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  private void rewrite(Consumer<TreeMap<String, float[]>> change) {
    Path path = folder.resolve("model.safetensors");
    SafetensorsFile file = SafetensorsFile.open(path);
    TreeMap<String, float[]> values = new TreeMap<>();
    file.names().forEach(n -> values.put(n, file.copy(n)));
    change.accept(values);
    TreeMap<String, Shape> shapes = new TreeMap<>();
    values.forEach(
        (name, v) ->
            shapes.put(name, file.names().contains(name) ? file.shape(name) : Shape.of(v.length)));
    SafetensorsWriter.write(path, WeightSnapshot.of(shapes, values));
  }
}

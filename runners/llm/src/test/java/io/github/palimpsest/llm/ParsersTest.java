package io.github.palimpsest.llm;

import static io.github.palimpsest.testing.Fuzz.text;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.llm.safetensors.ShardedSafetensors;
import io.github.palimpsest.llm.text.DataSource;
import io.github.palimpsest.llm.text.RowFilter;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.testing.Fuzz;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the files of a model or of data hold, they are read or refused. */
class ParsersTest {
  private static final int FILES = 1_000;

  /** DuckDB takes milliseconds to open. */
  private static final int QUERIES = 30;

  private static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],"
          + "\"data_offsets\":[0,24]},\"b\":{\"dtype\":\"BF16\",\"shape\":[4],"
          + "\"data_offsets\":[24,32]}}";

  @TempDir Path folder;

  @Test
  void a_safetensors_file_is_read_or_refused() {
    Path file = folder.resolve("model.safetensors");
    Fuzz.run(
        "safetensors",
        FILES,
        List.of(safetensors(text(HEADER))),
        input -> {
          Files.write(file, input);
          readAll(SafetensorsFile.open(file));
        });
    Fuzz.run(
        "safetensors header",
        FILES,
        List.of(text(HEADER)),
        input -> {
          Files.write(file, safetensors(input));
          readAll(SafetensorsFile.open(file));
        });
  }

  @Test
  void an_index_of_shards_is_read_or_refused() throws IOException {
    Files.write(folder.resolve("a.safetensors"), safetensors(text(HEADER)));
    Path index = folder.resolve("model.safetensors.index.json");
    Fuzz.run(
        "safetensors index",
        FILES,
        List.of(
            text(
                "{\"metadata\":{\"total_size\":32},\"weight_map\":{\"w\":\"a.safetensors\","
                    + "\"b\":\"a.safetensors\"}}")),
        input -> {
          Files.write(index, input);
          readAll(ShardedSafetensors.open(index));
        });
  }

  @Test
  void a_configuration_is_read_or_refused() throws IOException {
    FamilyConfig llama = FamilyConfig.of(Plugins.onClassPath().family("llama"));
    Path file = folder.resolve("config.json");
    List<byte[]> seeds =
        List.of(
            golden("llama/model_a/config.json"),
            golden("llama/model_a/config.legacy.json"),
            golden("llama/model_b/config.json"));
    Fuzz.run(
        "config.json",
        FILES,
        seeds,
        input -> {
          Files.write(file, input);
          llama.read(file.toString(), StrictJson.object(file));
        });
  }

  @Test
  void the_configuration_of_an_adapter_is_read_or_refused() throws IOException {
    Golden.copy("lora/qv", folder);
    Path file = folder.resolve("adapter_config.json");
    Fuzz.run(
        "adapter_config.json",
        FILES,
        List.of(golden("lora/qv/adapter_config.json"), golden("lora/qv_dora/adapter_config.json")),
        input -> {
          Files.write(file, input);
          PeftDirectory.open(folder);
        });
  }

  @Test
  void the_special_tokens_of_a_tokenizer_are_read_or_refused() throws IOException {
    String tokenizer = new String(golden("tokenizer/tok_a/tokenizer.json"), StandardCharsets.UTF_8);
    Fuzz.run(
        "tokenizer_config.json",
        QUERIES,
        List.of(golden("tokenizer/tok_a/tokenizer_config.json")),
        input ->
            TextTokenizer.parse(
                    "tokenizer.json", tokenizer, new String(input, StandardCharsets.UTF_8))
                .close());
  }

  @Test
  void records_of_json_are_read_or_refused() {
    Fuzz.run(
        "records as lines",
        FILES,
        List.of(
            text(
                "{\"instruction\": \"Add 1 and 2.\", \"input\": \"\", \"output\": \"3\"}\n"
                    + "{\"instruction\": \"\\u00e9\", \"output\": \"x\", \"system\": \"s\"}\n"),
            text("{\"prompt\": \"a\", \"response\": \"b\"}\n\n{\"prompt\": \"\", \"response\": 1}"),
            text(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
                    + " {\"role\": \"assistant\", \"content\": \"b\"}]}\n"),
            text("{\"text\": \"once\"}\n")),
        reader(folder.resolve("data.jsonl")));
    Fuzz.run(
        "records as an array",
        FILES,
        List.of(
            text("[{\"instruction\": \"a\", \"output\": \"b\"},\n{\"instruction\": \"c\"}]"),
            text("[{\"conversations\": [{\"from\": \"human\", \"value\": \"a\"}]}]")),
        reader(folder.resolve("data.json")));
    Fuzz.run(
        "text", FILES, List.of(text("once\n\nupon\n\n\u00e9")), reader(folder.resolve("data.txt")));
  }

  @Test
  void tables_and_filters_are_read_or_refused() throws IOException {
    Fuzz.run(
        "csv",
        QUERIES,
        List.of(
            text("instruction,output\n\"a, b\",c\nd,\"e \"\"f\"\"\"\n"),
            text("prompt;response\n1;2\n")),
        reader(folder.resolve("data.csv")));
    Path lines = folder.resolve("lines.jsonl");
    Files.writeString(lines, "{\"prompt\": \"a\", \"response\": \"b\", \"n\": 1}\n");
    Fuzz.run(
        "filter",
        QUERIES,
        List.of(text("n = 1 AND length(prompt) < 4"), text("prompt LIKE 'a%' OR n IN (1, 2)")),
        input ->
            DataSource.of(lines)
                .where(new RowFilter(new String(input, StandardCharsets.UTF_8)))
                .documents());
  }

  private static Fuzz.Parser reader(Path file) {
    return input -> {
      Files.write(file, input);
      DataSource.of(file).documents();
    };
  }

  private static void readAll(WeightSnapshot weights) {
    for (String name : weights.names()) {
      weights.shape(name);
      weights.copy(name);
    }
  }

  private static byte[] safetensors(byte[] header) {
    return ByteBuffer.allocate(Long.BYTES + header.length + 32)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static byte[] golden(String path) throws IOException {
    return Files.readAllBytes(Golden.root().resolve(path));
  }
}

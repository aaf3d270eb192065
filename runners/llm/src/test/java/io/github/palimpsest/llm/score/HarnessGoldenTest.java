package io.github.palimpsest.llm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the Language Model Evaluation Harness, on a small random model. */
@Tag("native")
class HarnessGoldenTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "shared beginnings: {0}")
  @ValueSource(booleans = {false, true})
  void scoresPairsAndWholeTextsAsTheHarnessDoes(boolean sharing) {
    JsonNode golden = Golden.json("lmeval/loglikelihood.json");
    double rtol = golden.at("/tolerance/loglikelihood/rtol").asDouble();
    double atol = golden.at("/tolerance/loglikelihood/atol").asDouble();
    int full = golden.at("/hyper/max_length").asInt();
    int small = golden.at("/hyper/short_max_length").asInt();
    try (TextTokenizer tokenizer = tokenizer(golden);
        ModelLogLikelihoods open = model(golden, 4)) {
      LogLikelihoods model = sharing ? open.sharing() : open;
      for (int maxLength : new int[] {full, small}) {
        ContinuationEncoder encoder = new ContinuationEncoder(tokenizer, maxLength);
        String suffix = maxLength == full ? "" : "_max_length_" + small;
        List<Example> pairs = new ArrayList<>();
        for (JsonNode pair : golden.at("/expected/pairs")) {
          Example e =
              encoder.pair(
                  "pairs/" + pairs.size(),
                  pair.get("context").asText(),
                  pair.get("continuation").asText());
          pairs.add(e);
          int[] all = join(ints(pair.get("context_ids")), ints(pair.get("continuation_ids")));
          assertThat(((HostArray.Ints) e.fields().get(ExampleEncoder.IDS)).toArray())
              .as("the last %d ids of context and continuation of %s", maxLength + 1, pair)
              .isEqualTo(
                  Arrays.copyOfRange(all, Math.max(0, all.length - maxLength - 1), all.length));
        }
        List<LogLikelihoods.Outcome> outcomes = model.of(pairs);
        for (int i = 0; i < pairs.size(); i++) {
          JsonNode pair = golden.at("/expected/pairs").get(i);
          double expected = pair.get("loglikelihood" + suffix).asDouble();
          assertThat(-outcomes.get(i).nats())
              .as("log-likelihood of %s within %d tokens", pair.get("continuation"), maxLength)
              .isCloseTo(expected, within(atol + rtol * Math.abs(expected)));
          assertThat(outcomes.get(i).greedy())
              .as("greedy gives %s", pair.get("continuation"))
              .isEqualTo(pair.get("is_greedy" + suffix).asBoolean());
        }
        for (JsonNode text : golden.at("/expected/rolling")) {
          List<LogLikelihoods.Outcome> windows =
              model.of(encoder.rolling("rolling", text.get("text").asText(), maxLength).windows());
          double expected = text.get("loglikelihood" + suffix).asDouble();
          assertThat(-windows.stream().mapToDouble(LogLikelihoods.Outcome::nats).sum())
              .as("log-likelihood of '%s' in windows of %d", text.get("text"), maxLength)
              .isCloseTo(expected, within(atol + rtol * Math.abs(expected)));
          assertThat(windows.stream().mapToInt(LogLikelihoods.Outcome::targets).sum())
              .as("each token once")
              .isEqualTo(text.get("tokens").asInt());
        }
      }
    }
  }

  @ParameterizedTest(name = "shared beginnings: {0}")
  @ValueSource(booleans = {false, true})
  void choosesAsTheHarnessDoesBySumByCharacterAndByByte(boolean sharing) {
    JsonNode golden = Golden.json("lmeval/multiple_choice.json");
    JsonNode pairs = Golden.json("lmeval/loglikelihood.json");
    Path file = folder.resolve("mc.jsonl");
    Golden.copy(golden.at("/inputs/items_file").asText(), file);
    List<ChoiceItem> items =
        ChoiceItem.read(new FileSource(file), Optional.empty(), new Choices(), 0);
    try (TextTokenizer tokenizer = tokenizer(pairs);
        ModelLogLikelihoods open = model(pairs, 3)) {
      LogLikelihoods model = sharing ? open.sharing() : open;
      ContinuationEncoder encoder =
          new ContinuationEncoder(tokenizer, golden.at("/hyper/max_length").asInt());
      ChoiceScores scores = ChoiceScores.of(model, ChoiceScores.encoded(encoder, "mc", items));
      JsonNode expected = golden.get("expected");
      double rtol = golden.at("/tolerance/loglikelihoods/rtol").asDouble();
      double atol = golden.at("/tolerance/loglikelihoods/atol").asDouble();
      for (int i = 0; i < items.size(); i++) {
        double[] wanted = Golden.doubles(expected.at("/items/" + i + "/loglikelihoods"));
        for (int c = 0; c < wanted.length; c++) {
          assertThat(scores.logLikelihoods().get(i).get(c))
              .as("log-likelihood of choice %d of item %d", c, i)
              .isCloseTo(wanted[c], within(atol + rtol * Math.abs(wanted[c])));
        }
      }
      for (Score score : List.of(scores.acc(), scores.accNorm(), scores.accBytes())) {
        assertThat(score.value())
            .as(score.measure())
            .isEqualTo(expected.get(score.measure()).asDouble());
        for (int i = 0; i < items.size(); i++) {
          assertThat(score.perExample()[i])
              .as("%s of item %d", score.measure(), i)
              .isEqualTo(expected.at("/items/" + i + "/" + score.measure()).asDouble());
        }
      }
    }
  }

  private TextTokenizer tokenizer(JsonNode golden) {
    String dir = golden.at("/inputs/tokenizer_dir").asText();
    return TextTokenizer.load(Golden.copy(dir, folder.resolve("tokenizer")));
  }

  private ModelLogLikelihoods model(JsonNode golden, int batchSize) {
    Path dir = Golden.copy(golden.at("/inputs/model_dir").asText(), folder.resolve("model"));
    HuggingFaceDirectory opened = HuggingFaceDirectory.open(dir);
    return new ModelLogLikelihoods(opened.model(), opened.weights(), Device.CPU, batchSize);
  }

  private static int[] ints(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }

  private static int[] join(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}

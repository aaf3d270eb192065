package io.github.palimpsest.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.llm.score.TokenLogProbabilities.Predicted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers as JSON in the form of OpenAI.
 *
 * @param request what was asked
 * @param id the id of the answer
 * @param created seconds since 1970
 */
record Answers(Requests request, String id, long created) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The whole answer. */
  ObjectNode whole(List<Job> jobs) {
    ObjectNode answer = head(false);
    ArrayNode choices = answer.putArray("choices");
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      ObjectNode choice = choices.addObject().put("index", i);
      if (request.chat()) {
        choice.putObject("message").put("role", "assistant").put("content", job.text());
      } else {
        choice.put("text", (request.wish().echo() ? text(job, job.prompt()) : "") + job.text());
      }
      choice.set(
          "logprobs",
          !request.wish().logprobs()
              ? JSON.nullNode()
              : request.chat() ? chatLogprobs(job) : logprobs(job));
      choice.put("finish_reason", job.finish());
    }
    answer.set("usage", usage(jobs));
    return answer;
  }

  /** A piece of one answer, while others follow. */
  ObjectNode piece(int index, String text) {
    return chunk(index, text, null);
  }

  /** The end of one answer. */
  ObjectNode end(int index, Job job) {
    return chunk(index, "", job.finish());
  }

  private ObjectNode chunk(int index, String text, @Nullable String finish) {
    ObjectNode answer = head(true);
    ObjectNode choice = answer.putArray("choices").addObject().put("index", index);
    if (!request.chat()) {
      choice.put("text", text);
    } else {
      ObjectNode delta = choice.putObject("delta");
      if (finish == null) {
        delta.put("role", "assistant").put("content", text);
      }
    }
    choice.putNull("logprobs");
    choice.put("finish_reason", finish);
    return answer;
  }

  /** The counts at the end of a stream. */
  ObjectNode counts(List<Job> jobs) {
    ObjectNode answer = head(true);
    answer.putArray("choices");
    answer.set("usage", usage(jobs));
    return answer;
  }

  private ObjectNode head(boolean part) {
    String object = request.chat() ? "chat.completion" + (part ? ".chunk" : "") : "text_completion";
    return JSON.objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", request.model().name());
  }

  private static ObjectNode usage(List<Job> jobs) {
    int prompt = jobs.stream().mapToInt(j -> j.prompt().length).sum();
    int added = jobs.stream().mapToInt(j -> j.added().size()).sum();
    return JSON.objectNode()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", added)
        .put("total_tokens", prompt + added);
  }

  /** One entry for each token of the prompt, if it is echoed, and of the answer. */
  private ObjectNode logprobs(Job job) {
    ObjectNode all = JSON.objectNode();
    ArrayNode tokens = all.putArray("tokens");
    ArrayNode values = all.putArray("token_logprobs");
    ArrayNode tops = all.putArray("top_logprobs");
    ArrayNode offsets = all.putArray("text_offset");
    int offset = 0;
    if (job.predicted().isPresent()) {
      Predicted found = job.predicted().get();
      TokenTexts texts = new TokenTexts(job.model().tokenizer(), new int[0], false);
      for (int t = 0; t < job.prompt().length; t++) {
        tokens.add(texts.of(job.prompt()[t]));
        offsets.add(offset);
        if (t == 0) {
          values.addNull();
          tops.addNull();
        } else {
          values.add(finite(found.tokens()[t]));
          tops.add(top(texts, found.topIds()[t], found.top()[t]));
        }
        offset += texts.add(job.prompt()[t]);
      }
    }
    TokenTexts texts = ofAnswer(job);
    for (Job.Chosen chosen : job.added()) {
      tokens.add(texts.of(chosen.id()));
      offsets.add(offset);
      values.add(finite(chosen.logProbability()));
      tops.add(top(texts, chosen.topIds(), chosen.top()));
      offset += texts.add(chosen.id());
    }
    return all;
  }

  /** The places of the answer's tokens, as its text is decoded. */
  private TokenTexts ofAnswer(Job job) {
    int[] context = request.chat() ? new int[0] : job.prompt();
    return new TokenTexts(job.model().tokenizer(), context, true);
  }

  private ObjectNode top(TokenTexts texts, int[] ids, double[] values) {
    ObjectNode top = JSON.objectNode();
    for (int k = 0; k < Math.min(request.wish().top(), ids.length); k++) {
      String text = texts.of(ids[k]);
      if (!top.has(text)) { // two tokens can have one text: the likelier one stays
        top.put(text, finite(values[k]));
      }
    }
    return top;
  }

  private ObjectNode chatLogprobs(Job job) {
    ObjectNode all = JSON.objectNode();
    ArrayNode content = all.putArray("content");
    TokenTexts texts = ofAnswer(job);
    for (Job.Chosen chosen : job.added()) {
      ObjectNode token = content.addObject();
      entry(token, texts.of(chosen.id()), chosen.logProbability());
      ArrayNode top = token.putArray("top_logprobs");
      for (int k = 0; k < chosen.topIds().length; k++) {
        entry(top.addObject(), texts.of(chosen.topIds()[k]), chosen.top()[k]);
      }
      texts.add(chosen.id());
    }
    return all;
  }

  private static void entry(ObjectNode node, String text, double value) {
    node.put("token", text).put("logprob", finite(value));
    ArrayNode bytes = node.putArray("bytes");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
  }

  private static String text(Job job, int... ids) {
    return job.model().tokenizer().decode(ids, false);
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new RequestException(500, "the model gave a log-probability that is not finite");
    }
    return value;
  }
}

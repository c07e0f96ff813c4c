#include "server/listener.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "server/access_log.h"
#include "server/loop.h"
#include "server/service.h"
#include "server/stream_session.h"
#include "server/tls.h"

namespace gait {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
using Error = boost::system::error_code;

// How often connections are looked at whether their time is over, and one that stops whether all have been answered.
constexpr std::chrono::milliseconds kTick{1000}, kDrainTick{10};
// After the process has run out of file descriptors, or memory.
constexpr std::chrono::milliseconds kAcceptPause{100};

ListenerOptions Complete(ListenerOptions options) {
  if (options.threads == 0) options.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
  return options;
}

}  // namespace

struct Listener::Impl {
  Impl(Engine& engine, ListenerOptions o, std::function<void(std::string_view)> log) : options(Complete(std::move(o))) {
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
      throw EngineError("TLS takes a certificate and its key");
    }
    if (!options.tls_certificate.empty()) tls.emplace(TlsContext(options.tls_certificate, options.tls_key));
    if (!options.access_log.empty()) access_log.emplace(options.access_log, std::move(log));
    service.emplace(engine, options, access_log ? &*access_log : nullptr);
    std::random_device random;  // nobody shall guess the ids of others' requests
    for (int i = 0; i < options.threads; ++i) {
      loops.push_back(std::make_unique<Loop>(static_cast<uint64_t>(random()) << 32 | random()));
    }
    acceptor.emplace(loops.front()->context);
    accept_pause.emplace(loops.front()->context);
  }

  void Bind();
  void Accept();
  void Serve(Loop& loop, Socket socket);
  void Run(Loop& loop);
  void Tick(Loop& loop);
  void Drain(Loop& loop);

  const ListenerOptions options;
  std::optional<asio::ssl::context> tls;
  std::optional<AccessLog> access_log;
  std::optional<Service> service;
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<Acceptor> acceptor;  // of the first loop, as all that follows
  std::optional<asio::steady_timer> accept_pause;
  size_t next_loop = 0;
  std::atomic<size_t> draining{0};
};

void Listener::Impl::Bind() {
  const auto fail = [&](const std::string& what) {
    throw EngineError("cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " + what);
  };
  Error error;
  const auto addresses =
      tcp::resolver(loops.front()->context).resolve(options.host, std::to_string(options.port), error);
  if (error) fail(error.message());
  const tcp::endpoint endpoint = *addresses.begin();
  if (!endpoint.address().is_loopback() && options.credentials == nullptr && !options.insecure) {
    throw EngineError("others reach " + options.host +
                      ", and could run what they like: name who may call with --auth FILE, or allow everybody with "
                      "--insecure");
  }
  acceptor->open(endpoint.protocol(), error);
  if (error) fail(error.message());
  acceptor->set_option(asio::socket_base::reuse_address(true), error);
  acceptor->bind(endpoint, error);
  if (error) fail(error.message());
  acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) fail(error.message());
}

void Listener::Impl::Accept() {
  Loop& loop = *loops[next_loop++ % loops.size()];
  acceptor->async_accept(loop.context, [this, &loop](Error error, Socket socket) {
    if (!acceptor->is_open()) return;
    if (!error) {
      if (service->connections.load() < options.connections_max) {
        service->connections.fetch_add(1);  // here, as its loop may be busy; the session takes it back
        asio::post(loop.context,
                   [this, &loop, socket = std::move(socket)]() mutable { Serve(loop, std::move(socket)); });
      } else {
        service->connections_refused.fetch_add(1);
      }
    } else if (error != asio::error::connection_aborted) {
      accept_pause->expires_after(kAcceptPause);
      return accept_pause->async_wait([this](Error) {
        if (acceptor->is_open()) Accept();
      });
    }
    Accept();
  });
}

void Listener::Impl::Serve(Loop& loop, Socket socket) {
  if (loop.draining) {
    service->connections.fetch_sub(1);
    return;
  }
  if (tls) {
    std::make_shared<StreamSession<TlsStream>>(*service, loop, std::move(socket), *tls)->Start();
  } else {
    std::make_shared<StreamSession<Socket>>(*service, loop, std::move(socket))->Start();
  }
}

void Listener::Impl::Run(Loop& loop) {
  loop.answers->Begin();
  Tick(loop);
  loop.context.run();
}

void Listener::Impl::Tick(Loop& loop) {
  const auto shortest = std::min({kTick, options.idle_max / 4, options.request_max / 4});
  loop.tick.expires_after(std::max(shortest, std::chrono::milliseconds(1)));
  loop.tick.async_wait([this, &loop](Error error) {
    if (error || loop.draining) return;
    const auto now = std::chrono::steady_clock::now();
    const std::vector<std::shared_ptr<Session>> sessions(loop.sessions.begin(), loop.sessions.end());
    for (const auto& session : sessions) session->CheckDeadline(now);
    Tick(loop);
  });
}

void Listener::Impl::Drain(Loop& loop) {
  loop.draining = true;
  // Once all of them close the connections that they answer, so that no worker asks again.
  if (draining.fetch_add(1) + 1 == loops.size()) service->engine().AnswerPollers();
  const auto each = [&loop](auto what) {
    const std::vector<std::shared_ptr<Session>> sessions(loop.sessions.begin(), loop.sessions.end());
    for (const auto& session : sessions) what(*session);
  };
  each([](Session& session) { session.Drain(); });
  // Looks until all have been answered; at last those are told that have not been, and get a moment to read it.
  const auto give_up_at = std::chrono::steady_clock::now() + options.drain_max;
  const auto stop_at = give_up_at + std::min(options.drain_max, std::chrono::milliseconds(500));
  const auto look = std::make_shared<std::function<void()>>();
  *look = [&loop, each, give_up_at, stop_at, look_again = std::weak_ptr(look)] {
    const auto now = std::chrono::steady_clock::now();
    if (now >= give_up_at) each([](Session& session) { session.GiveUp(); });
    if (loop.sessions.empty() || now >= stop_at) return loop.context.stop();
    loop.tick.expires_after(kDrainTick);
    loop.tick.async_wait([look = look_again.lock()](Error) { (*look)(); });
  };
  (*look)();
}

Listener::Listener(Engine& engine, ListenerOptions options, std::function<void(std::string_view)> log)
    : impl_(std::make_unique<Impl>(engine, std::move(options), std::move(log))) {
  impl_->Bind();
}

Listener::~Listener() = default;

uint16_t Listener::port() const { return impl_->acceptor->local_endpoint().port(); }

void Listener::Run() {
  std::vector<std::thread> threads;
  for (size_t i = 1; i < impl_->loops.size(); ++i) {
    threads.emplace_back([this, i] { impl_->Run(*impl_->loops[i]); });
  }
  impl_->Accept();
  impl_->Run(*impl_->loops.front());
  for (std::thread& thread : threads) thread.join();
}

void Listener::Stop() {
  asio::post(impl_->loops.front()->context, [this] {
    Error ignored;
    impl_->acceptor->close(ignored);
    for (const auto& loop : impl_->loops) asio::post(loop->context, [this, &l = *loop] { impl_->Drain(l); });
  });
}

void Listener::ReopenAccessLog() {
  if (impl_->access_log) impl_->access_log->Reopen();
}

}  // namespace gait

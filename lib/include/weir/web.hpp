/// All of weir::web: an application, what its handlers see, and the server. The guide is
/// docs/web.md.
#pragma once

#include <weir/web/app.hpp>
#include <weir/web/context.hpp>
#include <weir/web/http_error.hpp>
#include <weir/web/server.hpp>
#include <weir/web/websocket.hpp>
